// ListParts: the stored parts of an upload.
import { type Codec, entityTag, flag, integer, isoDate, text } from "../../codec.ts";
import { element, elements, type Operation, query } from "../../operation.ts";
import { keyText, leaf, one, shape, type XmlCodec } from "../../xml/codec.ts";
import { encodingType } from "../bucket/list-objects.ts";
import { type StorageClass, storageClass } from "../object/object-headers.ts";
import { type UploadName, uploadName } from "./part.ts";

/** Most parts on a page, also when `max-parts` is absent (OSS documentation, ListParts). */
export const largestMaxParts = 1_000;

/** What ListParts takes. */
export interface ListPartsInput extends UploadName {
  /** 1 to 1,000. */
  readonly maxParts?: number;
  /** Starts after this number. */
  readonly partNumberMarker?: number;
  readonly encodingType?: "url";
}

/** A part. */
export interface ListedPart {
  readonly partNumber: number;
  readonly lastModified: Date;
  readonly etag: string;
  readonly hashCrc64?: string;
  readonly size: number;
}

/** What ListParts answers. */
export interface ListPartsOutput {
  readonly encodingType?: "url";
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  readonly storageClass: StorageClass;
  readonly partNumberMarker: number;
  /** The last number of the page, truncated or not; empty when there is no part. */
  readonly nextPartNumberMarker: number | "";
  readonly maxParts: number;
  readonly isTruncated: boolean;
  /** The upload's `x-oss-meta-client-side-encryption-…` headers, one member each. */
  readonly clientEncryptionKey?: string;
  readonly clientEncryptionStart?: string;
  readonly clientEncryptionCekAlg?: string;
  readonly clientEncryptionWrapAlg?: string;
  readonly clientEncryptionDataSize?: string;
  readonly clientEncryptionPartSize?: string;
  readonly parts: readonly ListedPart[];
}

// The element is written even if there is no part, because oss2 requires it. It is then empty
// (integration test of the Java SDK).
const lastNumber: Codec<number | ""> = {
  decode: (raw) => (raw === "" ? raw : integer().decode(raw)),
  encode: String,
};

const listedPart: XmlCodec<ListedPart> = shape<ListedPart>({
  partNumber: one("PartNumber", leaf(integer())),
  lastModified: one("LastModified", leaf(isoDate)),
  etag: one("ETag", leaf(entityTag)),
  hashCrc64: one("HashCrc64ecma", leaf(text)),
  size: one("Size", leaf(integer())),
});

/** An empty value means the start, because oss2 always sends the parameter. */
const markerCodec: Codec<number> = {
  decode: (raw) => (raw === "" ? 0 : integer().decode(raw)),
  encode: String,
};

/** Lists an upload's parts, page by page. */
export const listParts: Operation<ListPartsInput, ListPartsOutput> = {
  name: "ListParts",
  method: "GET",
  level: "object",
  selectors: ["uploadId"],
  access: "owner",
  action: "ListParts",
  idempotent: true,
  reads: "facts",
  outputRoot: "ListPartsResult",
  outputRequired: true,
  input: {
    ...uploadName,
    maxParts: query("max-parts", integer(1, largestMaxParts)),
    partNumberMarker: query("part-number-marker", markerCodec),
    encodingType: query("encoding-type", encodingType),
  },
  output: {
    encodingType: element("EncodingType", leaf(encodingType)),
    bucket: element("Bucket", leaf(text)),
    key: element("Key", keyText),
    uploadId: element("UploadId", leaf(text)),
    storageClass: element("StorageClass", leaf(storageClass)),
    partNumberMarker: element("PartNumberMarker", leaf(integer())),
    nextPartNumberMarker: element("NextPartNumberMarker", leaf(lastNumber)),
    maxParts: element("MaxParts", leaf(integer())),
    isTruncated: element("IsTruncated", leaf(flag)),
    clientEncryptionKey: element("ClientEncryptionKey", leaf(text)),
    clientEncryptionStart: element("ClientEncryptionStart", leaf(text)),
    clientEncryptionCekAlg: element("ClientEncryptionCekAlg", leaf(text)),
    clientEncryptionWrapAlg: element("ClientEncryptionWrapAlg", leaf(text)),
    clientEncryptionDataSize: element("ClientEncryptionDataSize", leaf(text)),
    clientEncryptionPartSize: element("ClientEncryptionPartSize", leaf(text)),
    parts: elements("Part", listedPart),
  },
};
