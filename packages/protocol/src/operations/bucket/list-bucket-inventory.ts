// ListBucketInventory: the inventories of a bucket, a page at a time.
import { flag, text } from "../../codec.ts";
import { type InventoryConfiguration, inventoryElement } from "../../inventory.ts";
import { bucketName, element, elements, type Operation, query } from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** What ListBucketInventory takes. */
export interface ListBucketInventoryInput {
  readonly bucket: string;
  /** `nextContinuationToken` of the page before. */
  readonly continuationToken?: string;
}

/** What ListBucketInventory answers: at most 100 inventories, by id. */
export interface ListBucketInventoryOutput {
  readonly inventories: readonly InventoryConfiguration[];
  readonly isTruncated: boolean;
  readonly continuationToken?: string;
  readonly nextContinuationToken?: string;
}

/** Lists a bucket's inventories. Fails with NoSuchInventory when there are none. */
export const listBucketInventory: Operation<ListBucketInventoryInput, ListBucketInventoryOutput> = {
  name: "ListBucketInventory",
  method: "GET",
  level: "bucket",
  selectors: ["inventory"],
  modifiers: ["continuation-token"],
  access: "owner",
  action: "GetBucketInventory",
  idempotent: true,
  reads: "nothing",
  outputRoot: "ListInventoryConfigurationsResult",
  outputRequired: true,
  input: { bucket: bucketName(), continuationToken: query("continuation-token", text) },
  output: {
    inventories: elements("InventoryConfiguration", inventoryElement),
    isTruncated: element("IsTruncated", leaf(flag)),
    continuationToken: element("ContinuationToken", leaf(text)),
    nextContinuationToken: element("NextContinuationToken", leaf(text)),
  },
};
