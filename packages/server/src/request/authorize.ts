// Stage 3: may the caller do this. The owner may do everything; others what the object's ACL grants, or else the bucket's.
import {
  type Access,
  type BucketAcl,
  type Operation,
  operations,
  OssError,
  type QueryParameter,
} from "@ossicle/protocol";
import type { Identity } from "../accounts/accounts.ts";
import type { FoundVersion } from "../objects/find-version.ts";
import type { Subject } from "./route.ts";

/** Throws NoSuchBucket where there is no bucket, and AccessDenied where the caller may not. */
export function authorize(identity: Identity, subject: Subject, found: FoundVersion): void {
  const { access, level } = operations[subject.operation];
  if (subject.bucket !== undefined && found.bucket === undefined) {
    // A stranger learns nothing about which names are free.
    if (subject.operation === "putBucket") return requireAccount(identity);
    throw new OssError("NoSuchBucket", { BucketName: subject.bucket });
  }
  if (identity.kind === "account" && ownsBucket(identity, found)) return;
  if (access === "owner" || level === "service") return requireAccount(identity);
  const acl = effectiveAcl(access, found);
  if (acl === "public-read-write" || (acl === "public-read" && access === "read")) return;
  throw new OssError(
    "AccessDenied",
    {},
    {
      message: "You have no right to access this object because of bucket acl.",
      ec: "0003-00000001",
    },
  );
}

function ownsBucket(identity: Identity & { kind: "account" }, { bucket }: FoundVersion): boolean {
  return bucket === undefined || bucket.record.owner === identity.account.id;
}

function requireAccount(identity: Identity): void {
  if (identity.kind === "account") return;
  throw new OssError(
    "AccessDenied",
    {},
    { message: "Anonymous access is forbidden for this operation.", ec: "0003-00000002" },
  );
}

/** The ACL that decides: reading asks the object's own unless it is `default`; writing asks the bucket's. */
export function effectiveAcl(access: Access, { bucket, version }: FoundVersion): BucketAcl {
  const own = access === "read" ? version?.record.acl : undefined;
  return own === undefined || own === "default" ? (bucket?.acl ?? "private") : own;
}

/** Response overrides need a signature. Throws InvalidRequest. */
export function refuseAnonymousOverrides(
  identity: Identity,
  query: readonly QueryParameter[],
): void {
  // By decoded name: `%72esponse-…` is one too.
  if (identity.kind === "account" || !query.some(({ name }) => name.startsWith("response-")))
    return;
  throw new OssError(
    "InvalidRequest",
    {},
    { message: "Request specific response headers cannot be used for anonymous GET requests." },
  );
}

/** An operation's declaration under its general type, for what all of them have in common. */
export function declarationOf(name: Subject["operation"]): Operation<object, object> {
  return operations[name];
}
