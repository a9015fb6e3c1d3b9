// The inventories of a bucket: a document each, under `inventory/` and its id.
import { prefixEnd } from "@ossicle/store";
import type { InventoryRecord } from "../records/bucket-configs.ts";
import { entriesOf } from "../records/entries-of.ts";
import { configRecords } from "../records/key-space.ts";
import type { StorageServices } from "../records/storage-services.ts";
import type { Bucket } from "./bucket.ts";

/** Most inventories of a bucket (PutBucketInventory documentation). */
export const maxInventories = 1_000;

/** Reads inventories by id, those after an id only. */
export async function inventoriesOf(
  { metadata }: Pick<StorageServices, "metadata">,
  { id }: Pick<Bucket, "id">,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly InventoryRecord[]> {
  const beginning = configRecords.beginning(id, "inventory/");
  const range = { from: beginning, to: prefixEnd(beginning) ?? beginning };
  const found: InventoryRecord[] = [];
  for await (const { key, value } of entriesOf(metadata, range)) {
    const [, name] = configRecords.partsOf(key);
    if (!isInventory(name) || name.slice("inventory/".length) <= after) continue;
    found.push(configRecords.decode(name, value));
    if (found.length === limit) break;
  }
  return found;
}

function isInventory(name: string): name is `inventory/${string}` {
  return name.startsWith("inventory/");
}
