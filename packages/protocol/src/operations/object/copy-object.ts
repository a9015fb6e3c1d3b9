// CopyObject: a new object from an existing one, without moving bytes through the client.
import { type ObjectAcl, objectAclHeader } from "../../acl.ts";
import { entityTag, flag, isoDate, oneOfAnyCase, text } from "../../codec.ts";
import { bucketName, element, header, objectKey, type Operation } from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";
import {
  type ObjectHeaders,
  objectHeaders,
  type StorageClass,
  storageClass,
} from "./object-headers.ts";

/** What CopyObject takes. */
export interface CopyObjectInput extends ObjectHeaders {
  readonly bucket: string;
  readonly key: string;
  /** `/bucket/percent-encoded key`, with `?versionId=` for a version. */
  readonly copySource: string;
  /** `REPLACE` takes the metadata of this request instead of the source's. */
  readonly metadataDirective?: "COPY" | "REPLACE";
  readonly copySourceIfMatch?: string;
  readonly copySourceIfNoneMatch?: string;
  readonly copySourceIfModifiedSince?: string;
  readonly copySourceIfUnmodifiedSince?: string;
  readonly forbidOverwrite?: boolean;
  readonly acl?: ObjectAcl;
  readonly storageClass?: StorageClass;
}

/** What CopyObject answers. */
export interface CopyObjectOutput {
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
  outputRoot: "CopyObjectResult",
  input: {
    bucket: bucketName(),
    key: objectKey(),
    copySource: header("x-oss-copy-source", text),
    metadataDirective: header("x-oss-metadata-directive", oneOfAnyCase("COPY", "REPLACE")),
    copySourceIfMatch: header("x-oss-copy-source-if-match", text),
    copySourceIfNoneMatch: header("x-oss-copy-source-if-none-match", text),
    copySourceIfModifiedSince: header("x-oss-copy-source-if-modified-since", text),
    copySourceIfUnmodifiedSince: header("x-oss-copy-source-if-unmodified-since", text),
    ...objectHeaders,
    forbidOverwrite: header("x-oss-forbid-overwrite", flag, { ec: "0017-00000279" }),
    acl: objectAclHeader,
    storageClass: header("x-oss-storage-class", storageClass, {
      message: "No such bucket storage class exists.",
    }),
  },
  output: {
    etag: element("ETag", leaf(entityTag)),
    lastModified: element("LastModified", leaf(isoDate)),
    hashCrc64: header("x-oss-hash-crc64ecma", text),
    versionId: header("x-oss-version-id", text),
    copySourceVersionId: header("x-oss-copy-source-version-id", text),
  },
};
