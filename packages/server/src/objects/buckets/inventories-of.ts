// The inventories of a bucket: a document each, under `inventory/` and its id.
import type { InventoryRecord } from "../records/bucket-configs.ts";
import type { StorageServices } from "../records/storage-services.ts";
import type { Bucket } from "./bucket.ts";
import { configsBelow } from "./configs-below.ts";

/** Most inventories of a bucket (PutBucketInventory documentation). */
export const maxInventories = 1_000;

/** Reads inventories by id, those after an id only. */
export async function inventoriesOf(
  services: Pick<StorageServices, "metadata">,
  bucket: Pick<Bucket, "id">,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly InventoryRecord[]> {
  const found: InventoryRecord[] = [];
  for await (const [name, inventory] of configsBelow(services, bucket, "inventory/")) {
    if (name <= after) continue;
    found.push(inventory);
    if (found.length === limit) break;
  }
  return found;
}
