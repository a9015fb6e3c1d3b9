// GetBucketEncryption: the encryption of new objects whose uploads name none.
import { type BucketEncryption, bucketEncryptionElements } from "../../encryption.ts";
import { bucketName, type Operation } from "../../operation.ts";

/** What GetBucketEncryption takes. */
export interface GetBucketEncryptionInput {
  readonly bucket: string;
}

/** What GetBucketEncryption answers. */
export type GetBucketEncryptionOutput = BucketEncryption;

/** Reads a bucket's encryption. Fails with NoSuchServerSideEncryptionRule when there is none. */
export const getBucketEncryption: Operation<GetBucketEncryptionInput, GetBucketEncryptionOutput> = {
  name: "GetBucketEncryption",
  method: "GET",
  level: "bucket",
  selectors: ["encryption"],
  access: "owner",
  action: "GetBucketEncryption",
  idempotent: true,
  reads: "nothing",
  outputRoot: "ServerSideEncryptionRule",
  input: { bucket: bucketName() },
  output: bucketEncryptionElements,
};
