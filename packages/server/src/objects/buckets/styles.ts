// The styles of a bucket: a document each, under `style/` and its name.
import type { Style } from "@ossicle/protocol";
import { prefixEnd } from "@ossicle/store";
import type { StyleRecord } from "../records/bucket-configs.ts";
import { entriesOf } from "../records/entries-of.ts";
import { configRecords } from "../records/key-space.ts";
import type { StorageServices } from "../records/storage-services.ts";
import type { Bucket } from "./bucket.ts";

/** Reads the styles in the order of their creation. */
export async function stylesOf(
  { metadata }: Pick<StorageServices, "metadata">,
  { id }: Pick<Bucket, "id">,
): Promise<readonly StyleRecord[]> {
  const beginning = configRecords.beginning(id, "style/");
  const range = { from: beginning, to: prefixEnd(beginning) ?? beginning };
  const found: StyleRecord[] = [];
  for await (const { key, value } of entriesOf(metadata, range)) {
    const [, name] = configRecords.partsOf(key);
    if (isStyle(name)) found.push(configRecords.decode(name, value));
  }
  return found.toSorted((one, other) => one.createdMs - other.createdMs);
}

function isStyle(name: string): name is `style/${string}` {
  return name.startsWith("style/");
}

/** A style as it is shown. */
export function shownStyle({ name, content, category, createdMs, modifiedMs }: StyleRecord): Style {
  const [createTime, lastModifyTime] = [new Date(createdMs), new Date(modifiedMs)];
  return { name, content, category, createTime, lastModifyTime };
}
