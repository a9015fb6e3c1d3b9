// ListObjects (GetBucket): the keys of a bucket in byte order, page by page, by marker.
import { type Owner, ownerShape } from "../../access-control-policy.ts";
import { type Codec, entityTag, flag, integer, isoDate, oneOf, text } from "../../codec.ts";
import {
  type Binding,
  bucketName,
  element,
  elements,
  type Operation,
  query,
} from "../../operation.ts";
import { keyText, leaf, one, repeating, shape, type XmlCodec } from "../../xml/codec.ts";
import { type StorageClass, storageClass } from "../object/object-headers.ts";

/** Keys on a page when `max-keys` is absent (OSS documentation, GetBucket). */
export const defaultMaxKeys = 100;

/** Most keys on a page; more is InvalidArgument (EC 0015-00000402). */
export const largestMaxKeys = 1_000;

/** An object in a listing. */
export interface ListedObject {
  readonly key: string;
  readonly lastModified: Date;
  readonly etag: string;
  readonly type: string;
  readonly size: number;
  readonly storageClass: StorageClass;
  /** The text of `x-oss-restore`; only for archived objects. */
  readonly restoreInfo?: string;
  /** When lifecycle rules moved the object into ColdArchive or DeepColdArchive. */
  readonly transitionTime?: Date;
  readonly owner?: Owner;
}

/** Keys that share a beginning up to the delimiter. */
export interface CommonPrefix {
  readonly prefix: string;
}

/** What ListObjects takes. */
export interface ListObjectsInput {
  readonly bucket: string;
  readonly prefix?: string;
  /** Starts after this key. */
  readonly marker?: string;
  /** Rolls up keys that share a beginning up to this text. */
  readonly delimiter?: string;
  /** 1 to 1,000, 100 when absent. */
  readonly maxKeys?: number;
  readonly encodingType?: "url";
}

/** What ListObjects answers. */
export interface ListObjectsOutput {
  readonly name: string;
  readonly prefix: string;
  readonly marker: string;
  readonly maxKeys: number;
  readonly delimiter: string;
  readonly encodingType?: "url";
  readonly isTruncated: boolean;
  readonly nextMarker?: string;
  readonly contents: readonly ListedObject[];
  readonly commonPrefixes: readonly CommonPrefix[];
}

export const listedObject: XmlCodec<ListedObject> = shape<ListedObject>({
  key: one("Key", keyText),
  lastModified: one("LastModified", leaf(isoDate)),
  etag: one("ETag", leaf(entityTag)),
  type: one("Type", leaf(text)),
  size: one("Size", leaf(integer())),
  storageClass: one("StorageClass", leaf(storageClass)),
  restoreInfo: one("RestoreInfo", leaf(text)),
  transitionTime: one("TransitionTime", leaf(isoDate)),
  owner: one("Owner", repeating(ownerShape)),
});

export const commonPrefix: XmlCodec<CommonPrefix> = shape<CommonPrefix>({
  prefix: one("Prefix", keyText),
});

export const encodingType: Codec<"url"> = oneOf("url");

export const maxKeysQuery: Binding<number> = query("max-keys", integer(1, largestMaxKeys), {
  message: "Argument maxKeys must be an integer between 1 and 1000.",
  argumentName: "max-keys",
  ec: "0015-00000402",
});

/** Longest prefix, marker or delimiter in bytes (integration tests of oss2, IT P1). */
export const maxListArgumentBytes = 1_024;

/**
 * Lists objects page by page with the first version of the operation, whose pages continue at a
 * marker.
 */
export const listObjects: Operation<ListObjectsInput, ListObjectsOutput> = {
  name: "ListObjects",
  method: "GET",
  level: "bucket",
  access: "owner",
  action: "ListObjects",
  idempotent: true,
  reads: "nothing",
  outputRoot: "ListBucketResult",
  outputRequired: true,
  input: {
    bucket: bucketName(),
    prefix: query("prefix", text),
    marker: query("marker", text),
    delimiter: query("delimiter", text),
    maxKeys: maxKeysQuery,
    encodingType: query("encoding-type", encodingType),
  },
  output: {
    name: element("Name", leaf(text)),
    prefix: element("Prefix", keyText),
    marker: element("Marker", keyText),
    maxKeys: element("MaxKeys", leaf(integer())),
    delimiter: element("Delimiter", keyText),
    encodingType: element("EncodingType", leaf(encodingType)),
    isTruncated: element("IsTruncated", leaf(flag)),
    nextMarker: element("NextMarker", keyText),
    contents: elements("Contents", listedObject),
    commonPrefixes: elements("CommonPrefixes", commonPrefix),
  },
};
