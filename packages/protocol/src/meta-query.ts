// MetaQuery: the documents of a query over the objects of a bucket.
import { integer, isoDate, oneOf, oneOfAnyCase, text } from "./codec.ts";
import { type Bindings, element } from "./operation.ts";
import { leaf, many, one, shape, type XmlCodec } from "./xml/codec.ts";

/** Most files of a page (DoMetaQuery documentation). */
export const maxMetaResults = 100;

/** Functions of an aggregation. */
export type AggregationOperation =
  | "min"
  | "max"
  | "average"
  | "sum"
  | "count"
  | "distinct"
  | "group";

/** A figure over all files that match. */
export interface Aggregation {
  readonly field: string;
  readonly operation: AggregationOperation;
}

/** A query. */
export interface MetaQuery {
  /** Of the page before. */
  readonly nextToken?: string;
  /** From 1 to 100; 100 when absent, and for any other number. */
  readonly maxResults?: number;
  /**
   * JSON of a condition, `{"Field","Operation","Value"}`, or of several,
   * `{"SubQueries":[…],"Operation":"and"}`. Every file matches when it is absent.
   */
  readonly query?: string;
  /** A field. Without it, files are in the order of their names. */
  readonly sort?: string;
  /** `desc` when absent. */
  readonly order?: "asc" | "desc";
  /** With aggregations, no files are returned. */
  readonly aggregations?: { readonly aggregation: readonly Aggregation[] };
}

const operation = oneOf("min", "max", "average", "sum", "count", "distinct", "group");

const aggregation: XmlCodec<Aggregation> = shape({
  field: one("Field", leaf(text)),
  operation: one("Operation", leaf(operation)),
});

export const metaQueryElements: Bindings<MetaQuery> = {
  nextToken: element("NextToken", leaf(text)),
  maxResults: element("MaxResults", leaf(integer())),
  query: element("Query", leaf(text)),
  sort: element("Sort", leaf(text)),
  order: element("Order", leaf(oneOfAnyCase("asc", "desc"))),
  aggregations: element("Aggregations", shape({ aggregation: many("Aggregation", aggregation) })),
};

/** A tag or a part of the user metadata of a file. */
export interface MetaPair {
  readonly key: string;
  readonly value: string;
}

/** An object that matches. */
export interface MetaFile {
  /** The key. */
  readonly filename: string;
  readonly size: number;
  readonly fileModifiedTime: Date;
  readonly ossObjectType: string;
  readonly ossStorageClass: string;
  /** `default` follows the bucket. */
  readonly objectAcl: string;
  /** With quotes. */
  readonly etag: string;
  readonly ossCrc64: string;
  readonly serverSideEncryption?: string;
  readonly ossTaggingCount?: number;
  readonly ossTagging?: { readonly tagging: readonly MetaPair[] };
  /** Keys begin with `x-oss-meta-`. */
  readonly ossUserMeta?: { readonly userMeta: readonly MetaPair[] };
}

const pair: XmlCodec<MetaPair> = shape({
  key: one("Key", leaf(text)),
  value: one("Value", leaf(text)),
});

const file: XmlCodec<MetaFile> = shape<MetaFile>({
  filename: one("Filename", leaf(text)),
  size: one("Size", leaf(integer())),
  fileModifiedTime: one("FileModifiedTime", leaf(isoDate)),
  ossObjectType: one("OSSObjectType", leaf(text)),
  ossStorageClass: one("OSSStorageClass", leaf(text)),
  objectAcl: one("ObjectACL", leaf(text)),
  etag: one("ETag", leaf(text)),
  ossCrc64: one("OSSCRC64", leaf(text)),
  serverSideEncryption: one("ServerSideEncryption", leaf(text)),
  ossTaggingCount: one("OSSTaggingCount", leaf(integer())),
  ossTagging: one("OSSTagging", shape({ tagging: many("Tagging", pair) })),
  ossUserMeta: one("OSSUserMeta", shape({ userMeta: many("UserMeta", pair) })),
});

/** A value of a field, and the number of files that have it. */
export interface MetaGroup {
  readonly value: string;
  readonly count: number;
}

/** The result of an aggregation. */
export interface AggregationResult extends Aggregation {
  readonly value?: number;
  /** Of `group`. */
  readonly groups?: { readonly group: readonly MetaGroup[] };
}

const result: XmlCodec<AggregationResult> = shape<AggregationResult>({
  field: one("Field", leaf(text)),
  operation: one("Operation", leaf(operation)),
  value: one("Value", leaf({ decode: Number, encode: String })),
  groups: one(
    "Groups",
    shape({
      group: many(
        "Group",
        shape<MetaGroup>({ value: one("Value", leaf(text)), count: one("Count", leaf(integer())) }),
      ),
    }),
  ),
});

/** The answer to a query. */
export interface MetaAnswer {
  /** Of the next page; empty on the last one. */
  readonly nextToken: string;
  readonly files?: { readonly file: readonly MetaFile[] };
  readonly aggregations?: { readonly aggregation: readonly AggregationResult[] };
}

export const metaAnswerElements: Bindings<MetaAnswer> = {
  nextToken: element("NextToken", leaf(text)),
  files: element("Files", shape({ file: many("File", file) })),
  aggregations: element("Aggregations", shape({ aggregation: many("Aggregation", result) })),
};
