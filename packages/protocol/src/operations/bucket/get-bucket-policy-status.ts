// GetBucketPolicyStatus: whether the bucket's policy lets everyone in.
import { flag } from "../../codec.ts";
import { bucketName, element, type Operation } from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** What GetBucketPolicyStatus takes. */
export interface GetBucketPolicyStatusInput {
  readonly bucket: string;
}

/** What GetBucketPolicyStatus answers. */
export interface GetBucketPolicyStatusOutput {
  /** False also for a bucket without a policy. */
  readonly isPublic: boolean;
}

/** Reads whether a bucket's policy has a statement that lets everyone in. */
export const getBucketPolicyStatus: Operation<
  GetBucketPolicyStatusInput,
  GetBucketPolicyStatusOutput
> = {
  name: "GetBucketPolicyStatus",
  method: "GET",
  level: "bucket",
  selectors: ["policyStatus"],
  access: "owner",
  action: "GetBucketPolicyStatus",
  idempotent: true,
  reads: "nothing",
  outputRoot: "PolicyStatus",
  input: { bucket: bucketName() },
  output: { isPublic: element("IsPublic", leaf(flag)) },
};
