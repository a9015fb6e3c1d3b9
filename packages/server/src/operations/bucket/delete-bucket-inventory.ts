// DeleteBucketInventory: removes the document. The job that makes the lists ends by itself.
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Removes an inventory of a bucket. */
export const deleteBucketInventory: Handler<"deleteBucketInventory"> = async (
  { services, bucket },
  { inventoryId },
) => {
  await writeConfig(services, bucket, { name: `inventory/${inventoryId}`, value: undefined });
  return { output: {} };
};
