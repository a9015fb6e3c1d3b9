// ListObjectVersions: every version and delete marker of a bucket, by key, and the newest first
// within a key.
import { type Owner, ownerShape } from "../../access-control-policy.ts";
import { entityTag, flag, integer, isoDate, text } from "../../codec.ts";
import {
  bucketName,
  element,
  elements,
  mixedElements,
  type Operation,
  query,
} from "../../operation.ts";
import { keyText, leaf, one, shape, type XmlCodec } from "../../xml/codec.ts";
import { type StorageClass, storageClass } from "../object/object-headers.ts";
import { type CommonPrefix, commonPrefix, encodingType, largestMaxKeys } from "./list-objects.ts";

/** A delete marker. */
export interface ListedDeleteMarker {
  readonly key: string;
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly lastModified: Date;
  readonly owner: Owner;
}

/** A version of an object. */
export interface ListedVersion extends ListedDeleteMarker {
  readonly etag: string;
  readonly type: string;
  readonly size: number;
  readonly storageClass: StorageClass;
  readonly restoreInfo?: string;
  /** When lifecycle rules moved the object into ColdArchive or DeepColdArchive. */
  readonly transitionTime?: Date;
}

/** What ListObjectVersions takes. */
export interface ListObjectVersionsInput {
  readonly bucket: string;
  readonly prefix?: string;
  readonly delimiter?: string;
  /** Starts after this key. With `versionIdMarker`, starts within its versions. */
  readonly keyMarker?: string;
  /** Starts after this version of the key in `keyMarker`. */
  readonly versionIdMarker?: string;
  /** 1 to 1,000, 100 when absent. */
  readonly maxKeys?: number;
  readonly encodingType?: "url";
}

/** One entry, in document order. */
export type VersionEntry =
  | { readonly name: "DeleteMarker"; readonly value: ListedDeleteMarker }
  | { readonly name: "Version"; readonly value: ListedVersion };

/** What ListObjectVersions answers. */
export interface ListObjectVersionsOutput {
  readonly name: string;
  readonly prefix: string;
  readonly keyMarker: string;
  readonly versionIdMarker: string;
  readonly maxKeys: number;
  readonly delimiter: string;
  readonly encodingType?: "url";
  readonly isTruncated: boolean;
  readonly nextKeyMarker?: string;
  readonly nextVersionIdMarker?: string;
  readonly entries: readonly VersionEntry[];
  readonly commonPrefixes: readonly CommonPrefix[];
}

const marker = {
  key: one("Key", keyText),
  versionId: one("VersionId", leaf(text)),
  isLatest: one("IsLatest", leaf(flag)),
  lastModified: one("LastModified", leaf(isoDate)),
  owner: one("Owner", ownerShape),
} as const;

const deleteMarker: XmlCodec<ListedDeleteMarker> = shape<ListedDeleteMarker>(marker);

const version: XmlCodec<ListedVersion> = shape<ListedVersion>({
  key: marker.key,
  versionId: marker.versionId,
  isLatest: marker.isLatest,
  lastModified: marker.lastModified,
  etag: one("ETag", leaf(entityTag)),
  type: one("Type", leaf(text)),
  size: one("Size", leaf(integer())),
  storageClass: one("StorageClass", leaf(storageClass)),
  restoreInfo: one("RestoreInfo", leaf(text)),
  transitionTime: one("TransitionTime", leaf(isoDate)),
  owner: marker.owner,
});

/** Lists versions and delete markers page by page. */
export const listObjectVersions: Operation<ListObjectVersionsInput, ListObjectVersionsOutput> = {
  name: "ListObjectVersions",
  method: "GET",
  level: "bucket",
  selectors: ["versions"],
  access: "owner",
  action: "ListObjectVersions",
  idempotent: true,
  reads: "nothing",
  outputRoot: "ListVersionsResult",
  outputRequired: true,
  input: {
    bucket: bucketName(),
    prefix: query("prefix", text),
    delimiter: query("delimiter", text),
    keyMarker: query("key-marker", text),
    versionIdMarker: query("version-id-marker", text),
    maxKeys: query("max-keys", integer(1, largestMaxKeys), {
      message: "Argument maxKeys must be an integer between 1 and 1000.",
      argumentName: "max-keys",
      ec: "0012-00000102",
    }),
    encodingType: query("encoding-type", encodingType),
  },
  output: {
    name: element("Name", leaf(text)),
    prefix: element("Prefix", keyText),
    keyMarker: element("KeyMarker", keyText),
    versionIdMarker: element("VersionIdMarker", leaf(text)),
    maxKeys: element("MaxKeys", leaf(integer())),
    delimiter: element("Delimiter", keyText),
    encodingType: element("EncodingType", leaf(encodingType)),
    isTruncated: element("IsTruncated", leaf(flag)),
    nextKeyMarker: element("NextKeyMarker", keyText),
    nextVersionIdMarker: element("NextVersionIdMarker", leaf(text)),
    entries: mixedElements<VersionEntry>({ DeleteMarker: deleteMarker, Version: version }),
    commonPrefixes: elements("CommonPrefixes", commonPrefix),
  },
};
