// Walks over every version of every object: current, noncurrent and hidden.
import type { MetadataStore } from "@ossicle/store";
import { entriesOf } from "./entries-of.ts";
import { headRecords, hiddenRecords, versionRecords } from "./key-space.ts";
import type { ObjectDescription } from "./records.ts";

/** The descriptions of all versions, delete markers included. */
export async function* everyVersion(
  metadata: Pick<MetadataStore, "scan">,
): AsyncGenerator<ObjectDescription> {
  for (const versions of [headRecords, versionRecords]) {
    for await (const { value } of entriesOf(metadata, versions.range()))
      yield versions.decode(value);
  }
  for await (const { value } of entriesOf(metadata, hiddenRecords.range()))
    yield hiddenRecords.decode(value).object;
}
