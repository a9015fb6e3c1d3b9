// Stage 4: checks whether the caller may run the operation. The owner may do everything, and a
// temporary key what its session's policy allows. Any other caller may do what the ACL of the
// object grants, or else that of the bucket.
import {
  type Access,
  type BucketAcl,
  isAllowed,
  OssError,
  type QueryParameter,
} from "@ossicle/protocol";
import type { Identity } from "../accounts/identity.ts";
import type { FoundVersion } from "../objects/versions/find-version.ts";
import { declarationOf } from "./declaration-of.ts";
import { actionOf, impliedActionsOf } from "./policy-actions.ts";
import type { Subject } from "./subject.ts";

/** The version that a request is about, and its headers. */
export interface Asked {
  readonly found: FoundVersion;
  /**
   * Headers of the request, or of the request that a form stands for. Absent for an object that an
   * operation only reads on the way, such as a copy's source.
   */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/**
 * Throws NoSuchBucket when there is no bucket, and AccessDenied when the caller may not run the
 * operation.
 */
export function authorize(
  identity: Identity,
  subject: Subject,
  { found, headers = {} }: Asked,
): void {
  const { access, level } = declarationOf(subject.operation);
  if (access === "anyone" && found.bucket !== undefined) return;
  authorizeSession(identity, subject, headers);
  if (subject.bucket !== undefined && found.bucket === undefined) {
    // An anonymous request to make a bucket gets AccessDenied whether or not the name is free.
    if (declarationOf(subject.operation).makesBucket === true) return requireAccount(identity);
    throw new OssError("NoSuchBucket", { BucketName: subject.bucket });
  }
  if (identity.kind === "account" && ownsBucket(identity, found)) return;
  if (access === "owner" || level === "service") return requireAccount(identity);
  if (found.bucket?.requesterPays === true) throw requesterPays(found.bucket.name);
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

/** Throws AccessDenied for what a temporary key's policy does not allow. */
export function authorizeSession(
  identity: Identity,
  subject: Subject,
  headers: Asked["headers"] = {},
): void {
  if (identity.kind !== "account" || identity.session?.policy === undefined) return;
  if (declarationOf(subject.operation).judgesKeys === true) return;
  const { policy, facts } = identity.session;
  const { bucket = "*", key } = subject;
  const name = key === undefined ? bucket : `${bucket}/${key}`;
  const resource = `acs:oss:${facts.region}:${identity.account.id}:${name}`;
  const actions = [actionOf(subject), ...impliedActionsOf(subject, headers)];
  const isPermitted = (action: string): boolean =>
    isAllowed(policy, { action, resource, facts: facts.conditions });
  if (actions.every(isPermitted)) return;
  throw new OssError(
    "AccessDenied",
    {},
    { message: "Access denied by authorizer's policy.", ec: "0003-00000201" },
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

function requesterPays(bucket: string): OssError<"AccessDenied"> {
  return new OssError(
    "AccessDenied",
    {},
    {
      message: `Anonymous requests cannot access ${bucket}, which is requester-pays.`,
      ec: "0003-00000703",
    },
  );
}

/**
 * The ACL that decides: for reading the object's own, unless it is `default`; otherwise the
 * bucket's.
 */
export function effectiveAcl(access: Access, { bucket, version }: FoundVersion): BucketAcl {
  if (bucket?.blocksPublic === true) return "private";
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
