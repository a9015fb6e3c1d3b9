// GetBucketTransferAcceleration: whether transfer acceleration is on.
import { bucketName, type Operation } from "../../operation.ts";
import {
  type BucketTransferAccelerationConfiguration,
  bucketTransferAccelerationElement,
} from "./put-bucket-transfer-acceleration.ts";

/** What GetBucketTransferAcceleration takes. */
export interface GetBucketTransferAccelerationInput {
  readonly bucket: string;
}

/** What GetBucketTransferAcceleration answers. */
export type GetBucketTransferAccelerationOutput = BucketTransferAccelerationConfiguration;

/**
 * Reads whether transfer acceleration is on. Fails with NoSuchTransferAccelerationConfiguration
 * until it is set.
 */
export const getBucketTransferAcceleration: Operation<
  GetBucketTransferAccelerationInput,
  GetBucketTransferAccelerationOutput
> = {
  name: "GetBucketTransferAcceleration",
  method: "GET",
  level: "bucket",
  selectors: ["transferAcceleration"],
  access: "owner",
  action: "GetBucketTransferAcceleration",
  idempotent: true,
  reads: "nothing",
  outputRoot: "TransferAccelerationConfiguration",
  input: { bucket: bucketName() },
  output: { enabled: bucketTransferAccelerationElement },
};
