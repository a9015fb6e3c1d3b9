// ListMultipartUploads: uploads that are neither completed nor aborted, ordered by key and upload
// id.
import { flag, integer, isoDate, text } from "../../codec.ts";
import { bucketName, element, elements, type Operation, query } from "../../operation.ts";
import { keyText, leaf, one, shape, type XmlCodec } from "../../xml/codec.ts";
import { type CommonPrefix, commonPrefix, encodingType } from "../bucket/list-objects.ts";
import { type StorageClass, storageClass } from "../object/object-headers.ts";

/**
 * Most uploads on a page, also when `max-uploads` is absent (OSS documentation,
 * ListMultipartUploads).
 */
export const largestMaxUploads = 1_000;

/** What ListMultipartUploads takes. */
export interface ListMultipartUploadsInput {
  readonly bucket: string;
  readonly prefix?: string;
  readonly delimiter?: string;
  /** Starts after this key. With `uploadIdMarker`, starts within its uploads. */
  readonly keyMarker?: string;
  /** Starts after this upload of the key in `keyMarker`. */
  readonly uploadIdMarker?: string;
  /** 1 to 1,000. */
  readonly maxUploads?: number;
  readonly encodingType?: "url";
}

/** An upload. */
export interface ListedUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly storageClass: StorageClass;
  readonly initiated: Date;
}

/** What ListMultipartUploads answers. */
export interface ListMultipartUploadsOutput {
  readonly encodingType?: "url";
  readonly bucket: string;
  /** Empty, as in OSS. */
  readonly keyMarker: string;
  /** Empty, as in OSS. */
  readonly uploadIdMarker: string;
  /** Empty on the last page: oss2 requires the element. */
  readonly nextKeyMarker: string;
  readonly nextUploadIdMarker: string;
  readonly delimiter: string;
  readonly prefix: string;
  readonly maxUploads: number;
  readonly isTruncated: boolean;
  readonly uploads: readonly ListedUpload[];
  readonly commonPrefixes: readonly CommonPrefix[];
}

const listedUpload: XmlCodec<ListedUpload> = shape<ListedUpload>({
  key: one("Key", keyText),
  uploadId: one("UploadId", leaf(text)),
  storageClass: one("StorageClass", leaf(storageClass)),
  initiated: one("Initiated", leaf(isoDate)),
});

/** Lists uploads that are under way, page by page. */
export const listMultipartUploads: Operation<
  ListMultipartUploadsInput,
  ListMultipartUploadsOutput
> = {
  name: "ListMultipartUploads",
  method: "GET",
  level: "bucket",
  selectors: ["uploads"],
  access: "owner",
  action: "ListMultipartUploads",
  idempotent: true,
  reads: "nothing",
  outputRoot: "ListMultipartUploadsResult",
  outputRequired: true,
  input: {
    bucket: bucketName(),
    prefix: query("prefix", text),
    delimiter: query("delimiter", text),
    keyMarker: query("key-marker", text),
    uploadIdMarker: query("upload-id-marker", text),
    maxUploads: query("max-uploads", integer(1, largestMaxUploads)),
    encodingType: query("encoding-type", encodingType),
  },
  output: {
    encodingType: element("EncodingType", leaf(encodingType)),
    bucket: element("Bucket", leaf(text)),
    keyMarker: element("KeyMarker", keyText),
    uploadIdMarker: element("UploadIdMarker", leaf(text)),
    nextKeyMarker: element("NextKeyMarker", keyText),
    nextUploadIdMarker: element("NextUploadIdMarker", leaf(text)),
    delimiter: element("Delimiter", keyText),
    prefix: element("Prefix", keyText),
    maxUploads: element("MaxUploads", leaf(integer())),
    isTruncated: element("IsTruncated", leaf(flag)),
    uploads: elements("Upload", listedUpload),
    commonPrefixes: elements("CommonPrefixes", commonPrefix),
  },
};
