// The styles of a bucket: a document each, under `style/` and its name.
import type { Style } from "@ossicle/protocol";
import type { StyleRecord } from "../records/bucket-configs.ts";
import type { StorageServices } from "../records/storage-services.ts";
import type { Bucket } from "./bucket.ts";
import { configsBelow } from "./configs-below.ts";

/** Reads the styles in the order of their creation. */
export async function stylesOf(
  services: Pick<StorageServices, "metadata">,
  bucket: Pick<Bucket, "id">,
): Promise<readonly StyleRecord[]> {
  const found: StyleRecord[] = [];
  for await (const [, style] of configsBelow(services, bucket, "style/")) found.push(style);
  return found.toSorted((one, other) => one.createdMs - other.createdMs);
}

/** A style as it is shown. */
export function shownStyle({ name, content, category, createdMs, modifiedMs }: StyleRecord): Style {
  const [createTime, lastModifyTime] = [new Date(createdMs), new Date(modifiedMs)];
  return { name, content, category, createTime, lastModifyTime };
}
