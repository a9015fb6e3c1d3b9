// Stage 4: refuses a request that policies and ACLs do not let through (access/judge.ts).
import { OssError, type OssErrorOptions, type QueryParameter } from "@ossicle/protocol";
import type { Identity } from "../accounts/identity.ts";
import { declarationOf } from "./declaration-of.ts";
import { requireTls } from "./require-tls.ts";
import { type Asked, judge, type Judgement } from "./judge.ts";
import type { Subject } from "./subject.ts";

/**
 * Throws NoSuchBucket when there is no bucket, and AccessDenied when the caller may not run the
 * operation, or not over its connection.
 */
export function authorize(identity: Identity, subject: Subject, asked: Asked): void {
  const { makesBucket } = declarationOf(subject.operation);
  const { bucket } = asked.found;
  const judgement = judge(identity, subject, asked);
  // An anonymous request to make a bucket gets AccessDenied whether or not the name is free.
  const isMissing = subject.bucket !== undefined && bucket === undefined && makesBucket !== true;
  if (isMissing && judgement.by !== "session policy") {
    throw new OssError("NoSuchBucket", { BucketName: subject.bucket });
  }
  if (bucket?.gate.https !== undefined) {
    const tls = identity.facts.tls?.();
    if (tls !== undefined) requireTls(bucket.gate.https, tls);
  }
  if (judgement.isAllowed) return;
  // The same for PutBucketAcl, which may create a bucket (integration test of the Java SDK).
  if (judgement.by === "another account" && makesBucket === true) {
    throw new OssError("BucketAlreadyExists", { BucketName: subject.bucket ?? "" });
  }
  if (judgement.by === "request payment") throw unpaid(identity, subject);
  throw new OssError("AccessDenied", {}, refusalOf(judgement, subject));
}

// OSS's pages about the ECs 0003-00000701 to 703. The message of the first is ours.
function unpaid(identity: Identity, { bucket = "" }: Subject): OssError<"AccessDenied"> {
  if (identity.kind === "anonymous") {
    const message = `Anonymous requests cannot access ${bucket}, which is requester-pays.`;
    return new OssError("AccessDenied", {}, { message, ec: "0003-00000701" });
  }
  const ec = identity.facts.isSignedInUrl ? "0003-00000702" : "0003-00000703";
  const message = "Access denied for requester pay bucket";
  return new OssError("AccessDenied", {}, { message, ec });
}

// The messages and ECs are those of OSS's pages about its 0003 ECs. That about a request that no
// policy allows is ours: no page shows it.
function refusalOf(judgement: Judgement, { operation }: Subject): OssErrorOptions {
  switch (judgement.by) {
    case "session policy":
      return { message: "Access denied by authorizer's policy.", ec: "0003-00000301" };
    case "user policy":
    case "bucket policy": {
      const ec = judgement.by === "user policy" ? "0003-00000201" : "0003-00000101";
      const message = "Access denied by bucket policy.";
      return { message, ec: judgement.isByBoth === true ? "0003-00000203" : ec };
    }
    case "anonymity":
      return {
        message: "Anonymous access is forbidden for this operation.",
        ec: "0003-00000002",
      };
    case "no policy":
      return {
        message: "No policy of the user or of the bucket allows this operation.",
        ec: "0003-00000202",
      };
    case "another account":
      return foreignRefusals[operation] ?? foreignRefusal;
    default:
      return {
        message: "You have no right to access this object because of bucket acl.",
        ec: "0003-00000001",
      };
  }
}

const foreignRefusal: OssErrorOptions = {
  message: "The bucket you access does not belong to you.",
  ec: "0003-00000001",
};

const foreignRefusals: Partial<Readonly<Record<Subject["operation"], OssErrorOptions>>> = {
  getObjectAcl: {
    message: "You do not have read acl permission on this object.",
    ec: "0003-00000007",
  },
  putObjectAcl: {
    message: "You do not have write acl permission on this object",
    ec: "0003-00000008",
  },
};

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
