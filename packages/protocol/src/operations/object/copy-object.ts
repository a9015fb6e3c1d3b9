// CopyObject: a new object from an existing one, without moving bytes through the client.
import { type ObjectAcl, objectAclHeader } from "../../acl.ts";
import { entityTag, flag, isoDate, oneOfAnyCase, text } from "../../codec.ts";
import { bucketName, element, header, objectKey, type Operation } from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";
import { copySource, type CopySourceInput } from "./copy-conditions.ts";
import { type Tag, taggingHeader } from "../../tags.ts";
import { encryptionHeaders, type ServerSideEncryption } from "./encryption-headers.ts";
import {
  type ObjectHeaders,
  objectHeaders,
  type StorageClass,
  storageClassHeader,
} from "./object-headers.ts";
import { type ObjectRetention, retentionHeaders } from "./retention-headers.ts";

/** What CopyObject takes. */
export interface CopyObjectInput
  extends ObjectHeaders, CopySourceInput, ServerSideEncryption, ObjectRetention {
  readonly bucket: string;
  readonly key: string;
  /** `REPLACE` takes the metadata of this request instead of the source's. */
  readonly metadataDirective?: "COPY" | "REPLACE";
  /** `Replace` takes the tags of this request instead of the source's. */
  readonly taggingDirective?: "Copy" | "Replace";
  readonly forbidOverwrite?: boolean;
  readonly acl?: ObjectAcl;
  readonly storageClass?: StorageClass;
  readonly tagging?: readonly Tag[];
}

/** What CopyObject answers. */
export interface CopyObjectOutput extends ServerSideEncryption {
  readonly etag: string;
  readonly lastModified: Date;
  readonly hashCrc64?: string;
  readonly versionId?: string;
  readonly copySourceVersionId?: string;
}

/** Copies an object within the store. */
export const copyObject: Operation<CopyObjectInput, CopyObjectOutput> = {
  name: "CopyObject",
  method: "PUT",
  level: "object",
  selectingHeader: "x-oss-copy-source",
  access: "write",
  action: "PutObject",
  implies: "object headers",
  idempotent: true,
  reads: "facts",
  callback: { honoured: "where-named", isUndoable: true, hasImageInfo: true },
  outputRoot: "CopyObjectResult",
  input: {
    bucket: bucketName(),
    key: objectKey(),
    ...copySource,
    metadataDirective: header("x-oss-metadata-directive", oneOfAnyCase("COPY", "REPLACE")),
    taggingDirective: header("x-oss-tagging-directive", oneOfAnyCase("Copy", "Replace")),
    ...objectHeaders,
    ...encryptionHeaders,
    ...retentionHeaders,
    forbidOverwrite: header("x-oss-forbid-overwrite", flag),
    acl: objectAclHeader,
    storageClass: storageClassHeader,
    tagging: taggingHeader,
  },
  output: {
    etag: element("ETag", leaf(entityTag)),
    lastModified: element("LastModified", leaf(isoDate)),
    hashCrc64: header("x-oss-hash-crc64ecma", text),
    versionId: header("x-oss-version-id", text),
    copySourceVersionId: header("x-oss-copy-source-version-id", text),
    ...encryptionHeaders,
  },
};
