// GetBucketInventory: returns the stored document.
import { OssError } from "@ossicle/protocol";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Reads an inventory of a bucket. */
export const getBucketInventory: Handler<"getBucketInventory"> = async (
  { services, bucket },
  { inventoryId },
) => {
  const found = await readConfig(services, bucket, `inventory/${inventoryId}`);
  if (found === undefined) throw new OssError("NoSuchInventory", { InventoryId: inventoryId });
  return { output: found.inventory };
};
