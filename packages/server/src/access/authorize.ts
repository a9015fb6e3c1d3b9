// Stage 4: refuses a request that policies and ACLs do not let through (access/judge.ts).
import { OssError, type OssErrorOptions, type QueryParameter } from "@ossicle/protocol";
import type { Identity } from "../accounts/identity.ts";
import { declarationOf } from "./declaration-of.ts";
import { type Asked, judge, type Judgement } from "./judge.ts";
import type { Subject } from "./subject.ts";

/**
 * Throws NoSuchBucket when there is no bucket, and AccessDenied when the caller may not run the
 * operation.
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
  if (!judgement.isAllowed) throw refused(judgement, subject);
}

function refused(judgement: Judgement, subject: Subject): OssError<"AccessDenied"> {
  return new OssError("AccessDenied", {}, refusalOf(judgement, subject));
}

// The messages and ECs are those of OSS's pages about its 0003 ECs. That about a request that no
// policy allows is ours: no page shows it.
function refusalOf(judgement: Judgement, { bucket = "" }: Subject): OssErrorOptions {
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
    case "request payment":
      return {
        message: `Anonymous requests cannot access ${bucket}, which is requester-pays.`,
        ec: "0003-00000703",
      };
    default:
      return {
        message: "You have no right to access this object because of bucket acl.",
        ec: "0003-00000001",
      };
  }
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
