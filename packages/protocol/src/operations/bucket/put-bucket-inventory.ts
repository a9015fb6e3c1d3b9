// PutBucketInventory: a list of the bucket's objects that is made every day or week.
import { text } from "../../codec.ts";
import { type InventoryConfiguration, inventoryElements } from "../../inventory.ts";
import { bucketName, type Nothing, type Operation, query } from "../../operation.ts";

/** What PutBucketInventory takes. */
export interface PutBucketInventoryInput extends InventoryConfiguration {
  readonly bucket: string;
  /** The same as `id`. */
  readonly inventoryId: string;
}

/** Adds an inventory. Fails with InventoryAlreadyExist for an id that the bucket has. */
export const putBucketInventory: Operation<PutBucketInventoryInput, Nothing> = {
  name: "PutBucketInventory",
  method: "PUT",
  level: "bucket",
  selectors: ["inventory", "inventoryId"],
  access: "owner",
  action: "PutBucketInventory",
  idempotent: false,
  reads: "nothing",
  inputRoot: "InventoryConfiguration",
  input: { bucket: bucketName(), inventoryId: query("inventoryId", text), ...inventoryElements },
  output: {},
};
