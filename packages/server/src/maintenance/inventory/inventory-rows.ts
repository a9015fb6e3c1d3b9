// The rows of an inventory's list: CSV with every value in quotes, without a header. The manifest
// names the columns.
import { type InventoryConfiguration, percentEncodePath, utf8ToBinary } from "@ossicle/protocol";
import { type MetadataStore, prefixEnd } from "@ossicle/store";
import { compareText } from "../../objects/records/compare-text.ts";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import { columnsOf, word } from "../../objects/buckets/inventory-fields.ts";
import { entriesOf } from "../../objects/records/entries-of.ts";
import { headRecords, versionRecords } from "../../objects/records/key-space.ts";
import type { ObjectRecord } from "../../objects/records/records.ts";
import { versionIdOf } from "../../objects/records/version-id.ts";

/** What is listed. */
export interface ListedBucket {
  readonly bucket: Bucket;
  readonly inventory: InventoryConfiguration;
}

/** Whether the list has a row for each version. */
function hasVersions({ bucket, inventory }: ListedBucket): boolean {
  return inventory.includedObjectVersions === "All" && bucket.gate.versioning !== undefined;
}

/** The names of the columns, as the manifest has them. */
export function schemaOf(listed: ListedBucket): string {
  const fields = listed.inventory.optionalFields?.field ?? [];
  const versions = hasVersions(listed) ? ["VersionId", "IsLatest", "IsDeleteMarker"] : [];
  return ["Bucket", "Key", ...versions, ...columnsOf(fields).map(([name]) => name)].join(", ");
}

interface Row {
  readonly key: string;
  readonly record: ObjectRecord;
  readonly isLatest: boolean;
}

/** The lines of a list. `onRecord` is awaited for each record that is read, listed or not. */
export async function* linesOf(
  metadata: MetadataStore,
  listed: ListedBucket,
  onRecord: () => void | Promise<void>,
): AsyncGenerator<string> {
  const { bucket, inventory } = listed;
  const columns = columnsOf(inventory.optionalFields?.field ?? []);
  const isAll = hasVersions(listed);
  const rows = isAll ? allVersions(metadata, listed) : currentVersions(metadata, listed);
  for await (const { key, record, isLatest } of rows) {
    await onRecord();
    if (!isListed(inventory, record) || (!isAll && record.deleteMarker === true)) continue;
    const version = isAll
      ? [versionIdOf(record), word(isLatest), word(record.deleteMarker === true)]
      : [];
    const values = columns.map(([, valueOf]) => valueOf(record));
    const encoded = percentEncodePath(utf8ToBinary(key));
    const cells = [bucket.name, encoded, ...version, ...values];
    yield `${cells.map((cell) => `"${cell}"`).join(",")}\n`;
  }
}

const secondMs = 1_000;

function isListed(
  { filter = {} }: InventoryConfiguration,
  { size, modifiedMs, storageClass }: ObjectRecord,
): boolean {
  const { lastModifyBeginTimeStamp: from, lastModifyEndTimeStamp: to } = filter;
  const { lowerSizeBound: min, upperSizeBound: max, storageClass: classes = "All" } = filter;
  return (
    (from === undefined || modifiedMs >= from * secondMs) &&
    (to === undefined || modifiedMs <= to * secondMs) &&
    (min === undefined || size >= min) &&
    (max === undefined || size <= max) &&
    (classes.split(",").includes("All") || classes.split(",").includes(storageClass))
  );
}

async function* currentVersions(
  metadata: MetadataStore,
  listed: ListedBucket,
): AsyncGenerator<Row> {
  for await (const { key, value } of entriesOf(metadata, rangeOf(headRecords, listed))) {
    const record = headRecords.decode(value);
    yield { key: headRecords.partOf(key, 1), record, isLatest: true };
  }
}

// The noncurrent versions follow the head of their key. Both kinds are ordered by key.
async function* allVersions(metadata: MetadataStore, listed: ListedBucket): AsyncGenerator<Row> {
  const versions = entriesOf(metadata, rangeOf(versionRecords, listed));
  let next = await versions.next();
  try {
    for await (const row of currentVersions(metadata, listed)) {
      yield row;
      while (next.done !== true) {
        const key = versionRecords.partOf(next.value.key, 1);
        const order = compareText(key, row.key);
        if (order > 0) break;
        // A version without a head was removed during the walk.
        if (order === 0) {
          yield { key, record: versionRecords.decode(next.value.value), isLatest: false };
        }
        next = await versions.next();
      }
    }
  } finally {
    await versions.return(undefined);
  }
}

function rangeOf(
  kind: typeof headRecords | typeof versionRecords,
  { bucket, inventory }: ListedBucket,
): { readonly from: Uint8Array; readonly to: Uint8Array } {
  const from = kind.beginning(bucket.id, inventory.filter?.prefix ?? "");
  return { from, to: prefixEnd(from) ?? from };
}
