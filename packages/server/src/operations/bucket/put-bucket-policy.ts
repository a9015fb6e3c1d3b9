// PutBucketPolicy: checks the policy and stores its text. The gate records it, so that
// requests to other buckets do not read the document.
import { maxBucketPolicyBytes, OssError, parseBucketPolicy, PolicyError } from "@ossicle/protocol";
import { isPublicPolicy } from "../../access/is-public-policy.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import { isPublicBlocked } from "../../objects/buckets/public-access-block.ts";
import type { Handler } from "../handler.ts";

/** Sets a bucket's policy. */
export const putBucketPolicy: Handler<"putBucketPolicy"> = async (
  { services, bucket },
  { policy },
) => {
  const isPublic = isPublicPolicy(checked(policy));
  if (isPublic && (await isPublicBlocked(services, bucket))) {
    const message = "Put public bucket policy is not allowed.";
    throw new OssError("AccessDenied", {}, { message });
  }
  const gate = { hasPolicy: true } as const;
  await writeConfig(services, bucket, { name: "policy", value: { policy }, gate });
  return { output: {} };
};

function checked(text: string): ReturnType<typeof parseBucketPolicy> {
  if (Buffer.byteLength(text) > maxBucketPolicyBytes) {
    const message = `The policy must not exceed ${maxBucketPolicyBytes} bytes.`;
    throw new OssError("InvalidPolicyDocument", {}, { message, ec: "0030-00000001" });
  }
  try {
    return parseBucketPolicy(text);
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    const message = `Invalid policy: ${cause.message}.`;
    throw new OssError("InvalidPolicyDocument", {}, { message, ec: cause.ec, cause });
  }
}
