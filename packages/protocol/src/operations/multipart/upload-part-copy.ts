// UploadPartCopy: makes a part from an object of the store, or from a range of it.
import { entityTag, isoDate, text } from "../../codec.ts";
import { element, header, type Operation } from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";
import { copySource, type CopySourceInput } from "../object/copy-conditions.ts";
import { type PartName, partNumber, uploadName } from "./part.ts";
import { encryptionHeaders, type ServerSideEncryption } from "../object/encryption-headers.ts";

/** What UploadPartCopy takes. */
export interface UploadPartCopyInput extends PartName, CopySourceInput {
  /** `bytes=first-last`; the whole object when absent or outside it. */
  readonly copySourceRange?: string;
}

/** What UploadPartCopy answers. */
export interface UploadPartCopyOutput extends ServerSideEncryption {
  readonly lastModified: Date;
  /** MD5 of the part, upper-case hex. */
  readonly etag: string;
  /** `etag` once more, in the document. */
  readonly documentEtag: string;
  readonly hashCrc64?: string;
  readonly copySourceVersionId?: string;
  /** `bytes first-last/size` of the source, when a range was copied. */
  readonly contentRange?: string;
}

/** Makes a part from the bytes of an existing object. */
export const uploadPartCopy: Operation<UploadPartCopyInput, UploadPartCopyOutput> = {
  name: "UploadPartCopy",
  method: "PUT",
  level: "object",
  selectors: ["uploadId"],
  modifiers: ["partNumber"],
  selectingHeader: "x-oss-copy-source",
  access: "write",
  action: "PutObject",
  implies: "object headers",
  idempotent: true,
  lowTrafficLimit: true,
  reads: "facts",
  outputRoot: "CopyPartResult",
  input: {
    ...uploadName,
    partNumber,
    ...copySource,
    copySourceRange: header("x-oss-copy-source-range", text),
  },
  output: {
    ...encryptionHeaders,
    lastModified: element("LastModified", leaf(isoDate)),
    etag: header("ETag", entityTag),
    documentEtag: element("ETag", leaf(entityTag)),
    hashCrc64: header("x-oss-hash-crc64ecma", text),
    copySourceVersionId: header("x-oss-copy-source-version-id", text),
    contentRange: header("Content-Range", text),
  },
};
