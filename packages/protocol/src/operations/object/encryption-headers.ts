// Encryption by the server: the headers of uploads, and of every answer about an object's bytes.
import { text } from "../../codec.ts";
import { type Bindings, header } from "../../operation.ts";

/** How an object is encrypted at rest. Without a member, the bucket's default applies. */
export interface ServerSideEncryption {
  /** `AES256` or `SM4`: by a key of the store. `KMS`: by a key of the operator. */
  readonly serverSideEncryption?: string;
  /** `SM4`, with `KMS`: the cipher of the bytes. AES-256 when absent. */
  readonly serverSideDataEncryption?: string;
  /** With `KMS`: the id of the key; the store's default key when absent. */
  readonly serverSideEncryptionKeyId?: string;
}

/** The headers, of requests and answers alike. */
export const encryptionHeaders: Bindings<ServerSideEncryption> = {
  serverSideEncryption: header("x-oss-server-side-encryption", text),
  serverSideDataEncryption: header("x-oss-server-side-data-encryption", text),
  serverSideEncryptionKeyId: header("x-oss-server-side-encryption-key-id", text),
};
