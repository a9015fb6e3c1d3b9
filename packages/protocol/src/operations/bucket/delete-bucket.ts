// DeleteBucket: removes an empty bucket.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What DeleteBucket takes. */
export interface DeleteBucketInput {
  readonly bucket: string;
}

/** What DeleteBucket answers: nothing. */
export type DeleteBucketOutput = Nothing;

/** Removes a bucket that holds no object, version or pending upload. */
export const deleteBucket: Operation<DeleteBucketInput, DeleteBucketOutput> = {
  name: "DeleteBucket",
  method: "DELETE",
  level: "bucket",
  access: "owner",
  action: "DeleteBucket",
  idempotent: false,
  reads: "nothing",
  status: 204,
  input: { bucket: bucketName() },
  output: {},
};
