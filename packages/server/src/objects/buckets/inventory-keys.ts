// Keys of the objects that make up an inventory's list.
import { randomUUID } from "node:crypto";
import type { InventoryConfiguration } from "@ossicle/protocol";

/** The keys of one list. */
export interface InventoryKeys {
  readonly data: string;
  readonly manifest: string;
  readonly checksum: string;
}

/**
 * `<prefix>/<bucket>/<id>/data/<unique>.csv.gz`, and the manifest and its MD5 below
 * `<prefix>/<bucket>/<id>/<time>/` (bucket inventory documentation).
 */
export function inventoryKeys(
  bucket: string,
  { id, destination }: InventoryConfiguration,
  nowMs: number,
): InventoryKeys {
  const { prefix = "" } = destination.ossBucketDestination;
  const place = [prefix.replace(/\/+$/, ""), bucket, id].filter((part) => part !== "").join("/");
  const time = new Date(nowMs).toISOString().slice(0, 16).replace(":", "-");
  return {
    data: `${place}/data/${randomUUID()}.csv.gz`,
    manifest: `${place}/${time}Z/manifest.json`,
    checksum: `${place}/${time}Z/manifest.checksum`,
  };
}
