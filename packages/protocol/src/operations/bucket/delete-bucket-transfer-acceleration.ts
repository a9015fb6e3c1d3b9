// DeleteBucketTransferAcceleration: forgets what was said about transfer acceleration.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What DeleteBucketTransferAcceleration takes. */
export interface DeleteBucketTransferAccelerationInput {
  readonly bucket: string;
}

/** Forgets what was said about transfer acceleration. */
export const deleteBucketTransferAcceleration: Operation<
  DeleteBucketTransferAccelerationInput,
  Nothing
> = {
  name: "DeleteBucketTransferAcceleration",
  method: "DELETE",
  level: "bucket",
  selectors: ["transferAcceleration"],
  access: "owner",
  action: "DeleteBucketTransferAcceleration",
  idempotent: true,
  reads: "nothing",
  status: 204,
  input: { bucket: bucketName() },
  output: {},
};
