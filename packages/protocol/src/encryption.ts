// Encryption by the server: the document of buckets.
import { text } from "./codec.ts";
import { type Binding, requiredElement } from "./operation.ts";
import { leaf, one, shape, type XmlCodec } from "./xml/codec.ts";

/** The encryption of new objects whose uploads name none. */
export interface DefaultEncryption {
  /** `AES256`, `KMS` or `SM4`. */
  readonly sseAlgorithm: string;
  /** With `KMS`: the id of the key; the store's default key when absent. */
  readonly kmsMasterKeyId?: string;
  /** With `KMS`: `SM4`, the cipher of the bytes. AES-256 when absent. */
  readonly kmsDataEncryption?: string;
}

/** The members of the document, which GetBucketInfo returns too. */
export const defaultEncryption: XmlCodec<DefaultEncryption> = shape<DefaultEncryption>({
  sseAlgorithm: one("SSEAlgorithm", leaf(text)),
  kmsMasterKeyId: one("KMSMasterKeyID", leaf(text)),
  kmsDataEncryption: one("KMSDataEncryption", leaf(text)),
});

/** The encryption of a bucket. */
export interface BucketEncryption {
  readonly applyServerSideEncryptionByDefault: DefaultEncryption;
}

/** The elements of the document. */
export const bucketEncryptionElements: {
  readonly applyServerSideEncryptionByDefault: Binding<DefaultEncryption>;
} = {
  applyServerSideEncryptionByDefault: requiredElement(
    "ApplyServerSideEncryptionByDefault",
    defaultEncryption,
  ),
};
