// DeleteBucketInventory: removes an inventory. Its lists stay.
import { text } from "../../codec.ts";
import { bucketName, type Nothing, type Operation, query } from "../../operation.ts";

/** What DeleteBucketInventory takes. */
export interface DeleteBucketInventoryInput {
  readonly bucket: string;
  readonly inventoryId: string;
}

/** Removes an inventory of a bucket. One that is not there is not an error. */
export const deleteBucketInventory: Operation<DeleteBucketInventoryInput, Nothing> = {
  name: "DeleteBucketInventory",
  method: "DELETE",
  level: "bucket",
  selectors: ["inventory", "inventoryId"],
  access: "owner",
  action: "DeleteBucketInventory",
  idempotent: true,
  reads: "nothing",
  status: 204,
  input: { bucket: bucketName(), inventoryId: query("inventoryId", text) },
  output: {},
};
