// ListBuckets (GetService): the buckets of the account, by name.
import { type Owner, ownerElement } from "../../access-control-policy.ts";
import { flag, integer, isoDate, text } from "../../codec.ts";
import { element, header, type ServiceOperation, query } from "../../operation.ts";
import { leaf, many, one, shape, type XmlCodec } from "../../xml/codec.ts";
import { type TagSet, tagSet } from "../../tag-set.ts";
import { type StorageClass, storageClass } from "../object/object-headers.ts";

/** What ListBuckets takes. */
export interface ListBucketsInput {
  readonly prefix?: string;
  /** Starts after this name. */
  readonly marker?: string;
  /** 1 to 1,000, 100 when absent. */
  readonly maxKeys?: number;
  /** Only buckets with this tag, and with this value if one is given. */
  readonly tagKey?: string;
  readonly tagValue?: string;
  /** Only buckets with all of these tags: `"name":"value","name":"value"`. */
  readonly tagging?: string;
  /** Only buckets of this resource group. */
  readonly resourceGroupId?: string;
}

/** A bucket in the list. */
export interface ListedBucket {
  readonly creationDate: Date;
  readonly extranetEndpoint: string;
  readonly intranetEndpoint: string;
  readonly location: string;
  readonly name: string;
  readonly region: string;
  /** The bucket's resource group; only when the request filters by one. */
  readonly resourceGroupId?: string;
  readonly storageClass: StorageClass;
  /** The bucket's tags; only when the request filters by tags. */
  readonly tagging?: ListedTagging;
}

/** The `Tagging` element. */
export interface ListedTagging {
  readonly tagSet: TagSet;
}

/** The `Buckets` element. */
export interface ListedBuckets {
  readonly bucket: readonly ListedBucket[];
}

/** What ListBuckets answers. */
export interface ListBucketsOutput {
  readonly prefix: string;
  readonly marker: string;
  readonly maxKeys: number;
  readonly isTruncated: boolean;
  readonly nextMarker?: string;
  readonly owner: Owner;
  readonly buckets: ListedBuckets;
}

const listedBucket: XmlCodec<ListedBucket> = shape<ListedBucket>({
  creationDate: one("CreationDate", leaf(isoDate)),
  extranetEndpoint: one("ExtranetEndpoint", leaf(text)),
  intranetEndpoint: one("IntranetEndpoint", leaf(text)),
  location: one("Location", leaf(text)),
  name: one("Name", leaf(text)),
  region: one("Region", leaf(text)),
  resourceGroupId: one("ResourceGroupId", leaf(text)),
  storageClass: one("StorageClass", leaf(storageClass)),
  tagging: one("Tagging", shape<ListedTagging>({ tagSet: one("TagSet", tagSet) })),
});

/** Lists buckets. */
export const listBuckets: ServiceOperation<ListBucketsInput, ListBucketsOutput> = {
  name: "ListBuckets",
  method: "GET",
  level: "service",
  modifiers: ["tagging", "regionList"],
  access: "owner",
  action: "ListBuckets",
  idempotent: true,
  reads: "nothing",
  outputRoot: "ListAllMyBucketsResult",
  outputRequired: true,
  input: {
    prefix: query("prefix", text),
    marker: query("marker", text),
    maxKeys: query("max-keys", integer(1, 1_000), { ec: "0017-00000289" }),
    tagKey: query("tag-key", text),
    tagValue: query("tag-value", text),
    tagging: query("tagging", text),
    resourceGroupId: header("x-oss-resource-group-id", text),
  },
  output: {
    prefix: element("Prefix", leaf(text)),
    marker: element("Marker", leaf(text)),
    maxKeys: element("MaxKeys", leaf(integer())),
    isTruncated: element("IsTruncated", leaf(flag)),
    nextMarker: element("NextMarker", leaf(text)),
    owner: ownerElement,
    buckets: element("Buckets", shape<ListedBuckets>({ bucket: many("Bucket", listedBucket) })),
  },
};
