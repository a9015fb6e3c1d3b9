// GetBucketInventory: one inventory of a bucket.
import { text } from "../../codec.ts";
import { type InventoryConfiguration, inventoryElements } from "../../inventory.ts";
import { bucketName, type Operation, query } from "../../operation.ts";

/** What GetBucketInventory takes. */
export interface GetBucketInventoryInput {
  readonly bucket: string;
  readonly inventoryId: string;
}

/** What GetBucketInventory answers. */
export type GetBucketInventoryOutput = InventoryConfiguration;

/** Reads an inventory of a bucket. Fails with NoSuchInventory when there is none. */
export const getBucketInventory: Operation<GetBucketInventoryInput, GetBucketInventoryOutput> = {
  name: "GetBucketInventory",
  method: "GET",
  level: "bucket",
  selectors: ["inventory", "inventoryId"],
  access: "owner",
  action: "GetBucketInventory",
  idempotent: true,
  reads: "nothing",
  outputRoot: "InventoryConfiguration",
  input: { bucket: bucketName(), inventoryId: query("inventoryId", text) },
  output: inventoryElements,
};
