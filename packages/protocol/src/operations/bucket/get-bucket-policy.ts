// GetBucketPolicy: the bucket's policy, as it was set.
import { bucketName, jsonBody, type Operation } from "../../operation.ts";

/** What GetBucketPolicy takes. */
export interface GetBucketPolicyInput {
  readonly bucket: string;
}

/** What GetBucketPolicy answers. */
export interface GetBucketPolicyOutput {
  /** The text that PutBucketPolicy was given, unchanged. */
  readonly policy: string;
}

/** Reads a bucket's policy. Fails with NoSuchBucketPolicy when there is none. */
export const getBucketPolicy: Operation<GetBucketPolicyInput, GetBucketPolicyOutput> = {
  name: "GetBucketPolicy",
  method: "GET",
  level: "bucket",
  selectors: ["policy"],
  access: "owner",
  action: "GetBucketPolicy",
  idempotent: true,
  reads: "nothing",
  input: { bucket: bucketName() },
  output: { policy: jsonBody() },
};
