// GetBucketPolicyStatus: judges the stored policy.
import { isPublicPolicy } from "../../access/is-public-policy.ts";
import type { Handler } from "../handler.ts";

/** Reads whether a bucket's policy lets everyone in. */
export const getBucketPolicyStatus: Handler<"getBucketPolicyStatus"> = async ({ bucket }) => ({
  output: { isPublic: bucket.policy !== undefined && isPublicPolicy(bucket.policy) },
});
