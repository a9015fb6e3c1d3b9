// Walks over the current versions of a bucket that match a condition, in the order of their keys.
import type { MetadataStore } from "@ossicle/store";
import { entriesOf } from "../records/entries-of.ts";
import { headRecords } from "../records/key-space.ts";
import type { Condition } from "./condition.ts";
import type { SearchedObject } from "./fields.ts";

/** The objects that match. Delete markers do not. */
export async function* matchingObjects(
  metadata: MetadataStore,
  bucketId: Uint8Array,
  matches: Condition,
): AsyncGenerator<SearchedObject> {
  for await (const { key: at, value } of entriesOf(metadata, headRecords.range(bucketId))) {
    const record = headRecords.decode(value);
    if (record.deleteMarker === true) continue;
    const [, key] = headRecords.partsOf(at);
    const object = { key, record };
    if (matches(object)) yield object;
  }
}
