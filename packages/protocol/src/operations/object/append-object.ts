// AppendObject: adds bytes to the end of an appendable object, or begins one.
import { type ObjectAcl, objectAclHeader } from "../../acl.ts";
import { entityTag, integer, text } from "../../codec.ts";
import { bucketName, header, objectKey, type Operation, query } from "../../operation.ts";
import { type Tag, taggingHeader } from "../../tags.ts";
import { encryptionHeaders, type ServerSideEncryption } from "./encryption-headers.ts";
import {
  type ObjectHeaders,
  objectHeaders,
  type StorageClass,
  storageClassHeader,
} from "./object-headers.ts";

/**
 * What AppendObject takes beside the body. `position`, the digests and `acl` apply to every append;
 * the other members apply to the first append only.
 */
export interface AppendObjectInput extends ObjectHeaders, ServerSideEncryption {
  readonly bucket: string;
  readonly key: string;
  /** Must equal the object's size; 0 creates the object. */
  readonly position: number;
  /** Base64 MD5 of the body. */
  readonly contentMd5?: string;
  /** CRC-64/XZ of the body, decimal. */
  readonly hashCrc64?: string;
  readonly acl?: ObjectAcl;
  readonly storageClass?: StorageClass;
  readonly tagging?: readonly Tag[];
}

/** What AppendObject answers. */
export interface AppendObjectOutput extends ServerSideEncryption {
  /** 32 upper-case hex digits that change with every append; no MD5. */
  readonly etag: string;
  /** Where the next append has to begin. */
  readonly nextAppendPosition: number;
  /** CRC-64/XZ of the whole object, unsigned decimal. */
  readonly hashCrc64: string;
  readonly versionId?: string;
}

/** Appends to an appendable object. */
export const appendObject: Operation<AppendObjectInput, AppendObjectOutput> = {
  name: "AppendObject",
  method: "POST",
  level: "object",
  selectors: ["append"],
  modifiers: ["position"],
  access: "write",
  action: "PutObject",
  implies: "object headers",
  idempotent: false,
  reads: "body",
  callback: { honoured: "where-named", isUndoable: false, hasImageInfo: false },
  stream: "request",
  input: {
    bucket: bucketName(),
    key: objectKey(),
    ...objectHeaders,
    ...encryptionHeaders,
    position: query("position", integer()),
    contentMd5: header("Content-MD5", text),
    hashCrc64: header("x-oss-hash-crc64ecma", text),
    acl: objectAclHeader,
    storageClass: storageClassHeader,
    tagging: taggingHeader,
  },
  output: {
    etag: header("ETag", entityTag),
    nextAppendPosition: header("x-oss-next-append-position", integer()),
    hashCrc64: header("x-oss-hash-crc64ecma", text),
    versionId: header("x-oss-version-id", text),
    ...encryptionHeaders,
  },
};
