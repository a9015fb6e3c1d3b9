// DeleteBucketLogging: turns the bucket's access log off.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What DeleteBucketLogging takes. */
export interface DeleteBucketLoggingInput {
  readonly bucket: string;
}

/** Turns a bucket's access log off. A bucket without one is not an error. */
export const deleteBucketLogging: Operation<DeleteBucketLoggingInput, Nothing> = {
  name: "DeleteBucketLogging",
  method: "DELETE",
  level: "bucket",
  selectors: ["logging"],
  access: "owner",
  action: "DeleteBucketLogging",
  idempotent: true,
  reads: "nothing",
  status: 204,
  input: { bucket: bucketName() },
  output: {},
};
