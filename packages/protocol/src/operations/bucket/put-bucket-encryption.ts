// PutBucketEncryption: the encryption of new objects whose uploads name none.
import { type BucketEncryption, bucketEncryptionElements } from "../../encryption.ts";
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What PutBucketEncryption takes. */
export interface PutBucketEncryptionInput extends BucketEncryption {
  readonly bucket: string;
}

/** Sets how new objects are encrypted when their uploads do not say it. */
export const putBucketEncryption: Operation<PutBucketEncryptionInput, Nothing> = {
  name: "PutBucketEncryption",
  method: "PUT",
  level: "bucket",
  selectors: ["encryption"],
  access: "owner",
  action: "PutBucketEncryption",
  idempotent: true,
  reads: "nothing",
  inputRoot: "ServerSideEncryptionRule",
  input: { bucket: bucketName(), ...bucketEncryptionElements },
  output: {},
};
