// PutBucketLifecycle: when the bucket's objects are removed, or get another storage class.
import { flag } from "../../codec.ts";
import { type LifecycleConfiguration, lifecycleRule } from "../../lifecycle.ts";
import { bucketName, elements, header, type Nothing, type Operation } from "../../operation.ts";

/** What PutBucketLifecycle takes. */
export interface PutBucketLifecycleInput extends LifecycleConfiguration {
  readonly bucket: string;
  /** Whether rules over the same objects may have the same action. */
  readonly allowSameActionOverlap?: boolean;
}

/** Sets a bucket's lifecycle rules. They act from then on, once a day. */
export const putBucketLifecycle: Operation<PutBucketLifecycleInput, Nothing> = {
  name: "PutBucketLifecycle",
  method: "PUT",
  level: "bucket",
  selectors: ["lifecycle"],
  access: "owner",
  action: "PutBucketLifecycle",
  idempotent: true,
  reads: "nothing",
  inputRoot: "LifecycleConfiguration",
  inputClosed: true,
  input: {
    bucket: bucketName(),
    rules: elements("Rule", lifecycleRule),
    allowSameActionOverlap: header("x-oss-allow-same-action-overlap", flag),
  },
  output: {},
};
