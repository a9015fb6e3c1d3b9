// UploadPart: stores the request body as a part. A part of the same number is replaced.
import { entityTag, text } from "../../codec.ts";
import { header, type Operation } from "../../operation.ts";
import { type PartName, partNumber, uploadName } from "./part.ts";
import { encryptionHeaders, type ServerSideEncryption } from "../object/encryption-headers.ts";

/** What UploadPart takes beside the body. */
export interface UploadPartInput extends PartName {
  /** Base64 MD5 of the body; the part fails with InvalidDigest when it does not match. */
  readonly contentMd5?: string;
  /** CRC-64/XZ of the body, decimal; the part fails with InvalidCRC64 when it does not match. */
  readonly hashCrc64?: string;
}

/** What UploadPart answers. */
export interface UploadPartOutput extends ServerSideEncryption {
  /** MD5 of the part, upper-case hex. CompleteMultipartUpload names the part by it. */
  readonly etag: string;
  /** CRC-64/XZ of the part, unsigned decimal. */
  readonly hashCrc64: string;
  readonly contentMd5: string;
}

/** Sends one part of an upload. A part has at most 5 GB (OSS limits page). */
export const uploadPart: Operation<UploadPartInput, UploadPartOutput> = {
  name: "UploadPart",
  method: "PUT",
  level: "object",
  selectors: ["uploadId"],
  modifiers: ["partNumber"],
  access: "write",
  action: "PutObject",
  implies: "object headers",
  idempotent: true,
  lowTrafficLimit: true,
  reads: "facts",
  stream: "request",
  input: {
    ...uploadName,
    partNumber,
    contentMd5: header("Content-MD5", text),
    hashCrc64: header("x-oss-hash-crc64ecma", text),
  },
  output: {
    ...encryptionHeaders,
    etag: header("ETag", entityTag),
    hashCrc64: header("x-oss-hash-crc64ecma", text),
    contentMd5: header("Content-MD5", text),
  },
};
