// DeleteBucketLifecycle: removes the bucket's lifecycle rules.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What DeleteBucketLifecycle takes. */
export interface DeleteBucketLifecycleInput {
  readonly bucket: string;
}

/** Removes a bucket's lifecycle rules. A bucket without rules is not an error. */
export const deleteBucketLifecycle: Operation<DeleteBucketLifecycleInput, Nothing> = {
  name: "DeleteBucketLifecycle",
  method: "DELETE",
  level: "bucket",
  selectors: ["lifecycle"],
  access: "owner",
  action: "DeleteBucketLifecycle",
  idempotent: true,
  reads: "nothing",
  status: 204,
  input: { bucket: bucketName() },
  output: {},
};
