// CompleteMultipartUpload: makes one object of an upload's parts, and calls the application back
// when asked to.
import { type ObjectAcl, objectAclHeader } from "../../acl.ts";
import { entityTag, flag, integer, oneOf, text } from "../../codec.ts";
import { element, elements, header, type Operation, query } from "../../operation.ts";
import { keyText, leaf, one, shape, type XmlCodec } from "../../xml/codec.ts";
import { encodingType } from "../bucket/list-objects.ts";
import { type UploadName, uploadName } from "./part.ts";
import { encryptionHeaders, type ServerSideEncryption } from "../object/encryption-headers.ts";

/** A part that belongs to the object. */
export interface CompletedPart {
  readonly partNumber: number;
  /** As UploadPart answered it; quotes and case do not matter. */
  readonly etag: string;
}

/** What CompleteMultipartUpload takes. */
export interface CompleteMultipartUploadInput extends UploadName {
  readonly encodingType?: "url";
  /** Refuses with FileAlreadyExists when the key is taken. */
  readonly forbidOverwrite?: boolean;
  readonly acl?: ObjectAcl;
  /** `yes` uses every stored part, in order. The request must then have no document. */
  readonly completeAll?: "yes";
  /** In ascending order; numbers may be skipped. Parts that are not named are removed. */
  readonly parts?: readonly CompletedPart[];
  /** Base64 JSON of the callback (callback documentation, 2025-09-19). */
  readonly callback?: string;
  /** Base64 JSON of the callback's `x:` variables. */
  readonly callbackVar?: string;
}

/**
 * What CompleteMultipartUpload answers. With a callback the application's answer takes the place of
 * the document.
 */
export interface CompleteMultipartUploadOutput extends ServerSideEncryption {
  /** MD5 of the parts' MD5s in upper-case hex, a hyphen, and the number of parts. */
  readonly etag: string;
  /** CRC-64/XZ of the object, unsigned decimal. */
  readonly hashCrc64: string;
  /** Only in buckets that have ever been versioned. */
  readonly versionId?: string;
  readonly encodingType?: "url";
  /** The object's URL. */
  readonly location: string;
  readonly bucket: string;
  readonly key: string;
  /** `etag` once more, in the document. */
  readonly documentEtag: string;
}

const completedPart: XmlCodec<CompletedPart> = shape<CompletedPart>({
  partNumber: one("PartNumber", leaf(integer())),
  etag: one("ETag", leaf(entityTag)),
});

/** Combines an upload's parts into one object. */
export const completeMultipartUpload: Operation<
  CompleteMultipartUploadInput,
  CompleteMultipartUploadOutput
> = {
  name: "CompleteMultipartUpload",
  method: "POST",
  level: "object",
  selectors: ["uploadId"],
  access: "write",
  action: "PutObject",
  implies: "object headers",
  idempotent: false,
  lowTrafficLimit: true,
  reads: "facts",
  callback: { honoured: "always", isUndoable: true, hasImageInfo: true },
  inputRoot: "CompleteMultipartUpload",
  inputEc: "0042-00000205",
  inputOptional: true,
  outputRoot: "CompleteMultipartUploadResult",
  input: {
    ...uploadName,
    encodingType: query("encoding-type", encodingType),
    forbidOverwrite: header("x-oss-forbid-overwrite", flag),
    acl: objectAclHeader,
    completeAll: header("x-oss-complete-all", oneOf("yes")),
    parts: elements("Part", completedPart),
    callback: header("x-oss-callback", text),
    callbackVar: header("x-oss-callback-var", text),
  },
  output: {
    ...encryptionHeaders,
    etag: header("ETag", entityTag),
    hashCrc64: header("x-oss-hash-crc64ecma", text),
    versionId: header("x-oss-version-id", text),
    encodingType: element("EncodingType", leaf(encodingType)),
    location: element("Location", leaf(text)),
    bucket: element("Bucket", leaf(text)),
    key: element("Key", keyText),
    documentEtag: element("ETag", leaf(entityTag)),
  },
};
