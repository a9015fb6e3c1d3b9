// PutObject: stores the request body as an object, and calls the application back when asked to.
import { type ObjectAcl, objectAclHeader } from "../../acl.ts";
import { entityTag, flag, text } from "../../codec.ts";
import { bucketName, header, objectKey, type Operation } from "../../operation.ts";
import { type Tag, taggingHeader } from "../../tags.ts";
import { encryptionHeaders, type ServerSideEncryption } from "./encryption-headers.ts";
import {
  type ObjectHeaders,
  objectHeaders,
  type StorageClass,
  storageClassHeader,
} from "./object-headers.ts";
import { type ObjectRetention, retentionHeaders } from "./retention-headers.ts";

/** What PutObject takes beside the body. */
export interface PutObjectInput extends ObjectHeaders, ServerSideEncryption, ObjectRetention {
  readonly bucket: string;
  readonly key: string;
  /** Base64 MD5 of the body; the upload fails with InvalidDigest when it does not match. */
  readonly contentMd5?: string;
  /** CRC-64/XZ of the body, decimal; the upload fails with InvalidCRC64 when it does not match. */
  readonly hashCrc64?: string;
  /** Refuses the write with FileAlreadyExists when the key is taken. */
  readonly forbidOverwrite?: boolean;
  /** The access to the object; `default` follows the bucket. */
  readonly acl?: ObjectAcl;
  /** The bucket's class when absent. */
  readonly storageClass?: StorageClass;
  readonly tagging?: readonly Tag[];
  /** Base64 JSON of the callback (callback documentation, 2025-09-19). */
  readonly callback?: string;
  /** Base64 JSON of the callback's `x:` variables. */
  readonly callbackVar?: string;
}

/** What PutObject answers. */
export interface PutObjectOutput extends ServerSideEncryption {
  /** MD5 of the body, upper-case hex. */
  readonly etag: string;
  /** CRC-64/XZ of the body, unsigned decimal. */
  readonly hashCrc64: string;
  /** Base64 MD5 of the body. */
  readonly contentMd5: string;
  /** Only in buckets that have ever been versioned. */
  readonly versionId?: string;
}

/** Stores an object of up to 5 GB. The limit is from the OSS limits page. */
export const putObject: Operation<PutObjectInput, PutObjectOutput> = {
  name: "PutObject",
  method: "PUT",
  level: "object",
  access: "write",
  action: "PutObject",
  implies: "object headers",
  idempotent: true,
  reads: "facts",
  stream: "request",
  callback: { honoured: "always", isUndoable: true, hasImageInfo: true },
  input: {
    bucket: bucketName(),
    key: objectKey(),
    ...objectHeaders,
    ...encryptionHeaders,
    ...retentionHeaders,
    contentMd5: header("Content-MD5", text),
    hashCrc64: header("x-oss-hash-crc64ecma", text),
    forbidOverwrite: header("x-oss-forbid-overwrite", flag),
    acl: objectAclHeader,
    storageClass: storageClassHeader,
    tagging: taggingHeader,
    callback: header("x-oss-callback", text),
    callbackVar: header("x-oss-callback-var", text),
  },
  output: {
    etag: header("ETag", entityTag),
    hashCrc64: header("x-oss-hash-crc64ecma", text),
    contentMd5: header("Content-MD5", text),
    versionId: header("x-oss-version-id", text),
    ...encryptionHeaders,
  },
};
