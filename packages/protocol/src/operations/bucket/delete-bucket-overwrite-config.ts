// DeleteBucketOverwriteConfig: overwriting is allowed again.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What DeleteBucketOverwriteConfig takes. */
export interface DeleteBucketOverwriteConfigInput {
  readonly bucket: string;
}

/** Removes a bucket's rules about overwriting. */
export const deleteBucketOverwriteConfig: Operation<DeleteBucketOverwriteConfigInput, Nothing> = {
  name: "DeleteBucketOverwriteConfig",
  method: "DELETE",
  level: "bucket",
  selectors: ["overwriteConfig"],
  access: "owner",
  action: "DeleteBucketOverwriteConfig",
  idempotent: true,
  reads: "nothing",
  status: 204,
  input: { bucket: bucketName() },
  output: {},
};
