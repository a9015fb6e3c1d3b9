// ListObjectsV2: the keys of a bucket in byte order, page by page, by continuation token.
import { flag, integer, text } from "../../codec.ts";
import { bucketName, element, elements, type Operation, query } from "../../operation.ts";
import { keyText, leaf } from "../../xml/codec.ts";
import {
  type CommonPrefix,
  commonPrefix,
  encodingType,
  type ListedObject,
  listedObject,
  maxKeysQuery,
} from "./list-objects.ts";

/** What ListObjectsV2 takes. */
export interface ListObjectsV2Input {
  readonly bucket: string;
  readonly prefix?: string;
  readonly delimiter?: string;
  /** Starts after this key. A continuation token takes precedence. */
  readonly startAfter?: string;
  /** `nextContinuationToken` of the page before. */
  readonly continuationToken?: string;
  /** 1 to 1,000, 100 when absent. */
  readonly maxKeys?: number;
  /** Adds each object's owner. */
  readonly fetchOwner?: boolean;
  readonly encodingType?: "url";
}

/** What ListObjectsV2 answers. */
export interface ListObjectsV2Output {
  readonly name: string;
  readonly prefix: string;
  readonly continuationToken?: string;
  readonly maxKeys: number;
  readonly startAfter?: string;
  readonly delimiter: string;
  readonly encodingType?: "url";
  readonly isTruncated: boolean;
  readonly nextContinuationToken?: string;
  readonly contents: readonly ListedObject[];
  readonly commonPrefixes: readonly CommonPrefix[];
  /** Objects and common prefixes together. */
  readonly keyCount: number;
}

/** Lists objects page by page. */
export const listObjectsV2: Operation<ListObjectsV2Input, ListObjectsV2Output> = {
  name: "ListObjectsV2",
  method: "GET",
  level: "bucket",
  selectors: ["list-type=2"],
  access: "owner",
  action: "ListObjects",
  idempotent: true,
  reads: "nothing",
  outputRoot: "ListBucketResult",
  outputRequired: true,
  input: {
    bucket: bucketName(),
    prefix: query("prefix", text),
    delimiter: query("delimiter", text),
    startAfter: query("start-after", text),
    continuationToken: query("continuation-token", text),
    maxKeys: maxKeysQuery,
    fetchOwner: query("fetch-owner", flag),
    encodingType: query("encoding-type", encodingType),
  },
  output: {
    name: element("Name", leaf(text)),
    prefix: element("Prefix", keyText),
    continuationToken: element("ContinuationToken", keyText),
    maxKeys: element("MaxKeys", leaf(integer())),
    startAfter: element("StartAfter", keyText),
    delimiter: element("Delimiter", keyText),
    encodingType: element("EncodingType", leaf(encodingType)),
    isTruncated: element("IsTruncated", leaf(flag)),
    nextContinuationToken: element("NextContinuationToken", keyText),
    contents: elements("Contents", listedObject),
    commonPrefixes: elements("CommonPrefixes", commonPrefix),
    keyCount: element("KeyCount", leaf(integer())),
  },
};
