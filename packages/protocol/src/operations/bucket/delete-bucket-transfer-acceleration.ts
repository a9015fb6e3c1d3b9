// DeleteBucketTransferAcceleration: removes the setting of transfer acceleration.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What DeleteBucketTransferAcceleration takes. */
export interface DeleteBucketTransferAccelerationInput {
  readonly bucket: string;
}

/** Removes the setting of transfer acceleration. */
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
