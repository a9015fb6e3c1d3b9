// The range of a listing: the keys of one kind with a prefix, from a marker on, and what a
// delimiter rolls up.
import { type MetadataStore, type Page, prefixEnd, type Scan } from "@ossicle/store";
import { type BucketId, headRecords, uploadRecords, versionRecords } from "../records/key-space.ts";

/** What is listed: heads, noncurrent versions, or uploads. */
export type ListedKind = typeof headRecords | typeof versionRecords | typeof uploadRecords;

/** The keys that a listing asks for. */
export interface ListingFilter {
  readonly prefix: string;
  /** Keys with this text after the prefix are rolled up. An empty text means no roll-up. */
  readonly delimiter: string;
}

/** A {@link Scan} without its limit. */
export type ListingRange = Omit<Scan, "limit">;

/** The range of the keys that pass the filter, from `start` on where there is one. */
export function listingRange(
  kind: ListedKind,
  bucket: BucketId,
  { prefix, delimiter }: ListingFilter,
  start?: Uint8Array,
): ListingRange {
  const beginning = kind.beginning(bucket, prefix);
  const to = prefixEnd(beginning) ?? beginning;
  const from = start === undefined || Buffer.compare(beginning, start) > 0 ? beginning : start;
  if (delimiter === "") return { from, to };
  const rollUp = {
    prefixLength: beginning.length,
    // The delimiter in its encoded form, which may be escaped.
    delimiter: kind.beginning(bucket, delimiter).subarray(kind.beginning(bucket, "").length),
    tailLength: kind.tailBytes,
  };
  return { from, to, rollUp };
}

/**
 * Reads a page of the range. The range is empty when the marker sorts after every key with the
 * prefix.
 */
export async function scanPage(
  metadata: MetadataStore,
  range: ListingRange,
  limit: number,
): Promise<Page> {
  const isEmpty = Buffer.compare(range.from, range.to) >= 0;
  return isEmpty ? { rows: [] } : await metadata.scan({ ...range, limit });
}

/**
 * Where a listing continues: after all entries of a key, or after all keys that a rolled-up prefix
 * stands for. Undefined without a marker.
 */
export function behindMarker(
  kind: ListedKind,
  bucket: BucketId,
  filter: ListingFilter,
  marker: string,
): Uint8Array | undefined {
  if (marker === "") return undefined;
  if (isCommonPrefix(marker, filter)) return prefixEnd(kind.beginning(bucket, marker));
  return kind.tailBytes === 0
    ? justBehind(kind.beginning(bucket, marker))
    : kind.range(bucket, marker).to;
}

/** Whether a marker is a rolled-up prefix. */
export function isCommonPrefix(marker: string, { prefix, delimiter }: ListingFilter): boolean {
  return (
    delimiter !== "" &&
    marker.startsWith(prefix) &&
    // The first delimiter after the prefix ends a rolled-up prefix.
    marker.indexOf(delimiter, prefix.length) === marker.length - delimiter.length &&
    marker.length >= prefix.length + delimiter.length
  );
}

/** The text of a rolled-up prefix. */
export function textOfPrefix(kind: ListedKind, encoded: Uint8Array): string {
  const [, text = ""] = kind.partsOfBeginning(encoded);
  return text;
}

/** The first key behind another. */
export function justBehind(key: Uint8Array): Buffer {
  return Buffer.concat([key, Buffer.of(0)]);
}
