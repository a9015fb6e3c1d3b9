// GetBucketLifecycle: the bucket's lifecycle rules.
import { type LifecycleConfiguration, lifecycleRule } from "../../lifecycle.ts";
import { bucketName, elements, type Operation } from "../../operation.ts";

/** What GetBucketLifecycle takes. */
export interface GetBucketLifecycleInput {
  readonly bucket: string;
}

/** What GetBucketLifecycle answers. */
export type GetBucketLifecycleOutput = LifecycleConfiguration;

/** Reads a bucket's lifecycle rules. Fails with NoSuchLifecycle when there are none. */
export const getBucketLifecycle: Operation<GetBucketLifecycleInput, GetBucketLifecycleOutput> = {
  name: "GetBucketLifecycle",
  method: "GET",
  level: "bucket",
  selectors: ["lifecycle"],
  access: "owner",
  action: "GetBucketLifecycle",
  idempotent: true,
  reads: "nothing",
  outputRoot: "LifecycleConfiguration",
  input: { bucket: bucketName() },
  output: { rules: elements("Rule", lifecycleRule) },
};
