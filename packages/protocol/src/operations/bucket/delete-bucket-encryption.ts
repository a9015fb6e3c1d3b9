// DeleteBucketEncryption: new objects are not encrypted any more, unless their uploads ask for it.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What DeleteBucketEncryption takes. */
export interface DeleteBucketEncryptionInput {
  readonly bucket: string;
}

/** Removes a bucket's encryption. Objects that are encrypted stay so. */
export const deleteBucketEncryption: Operation<DeleteBucketEncryptionInput, Nothing> = {
  name: "DeleteBucketEncryption",
  method: "DELETE",
  level: "bucket",
  selectors: ["encryption"],
  access: "owner",
  action: "DeleteBucketEncryption",
  idempotent: true,
  reads: "nothing",
  status: 204,
  input: { bucket: bucketName() },
  output: {},
};
