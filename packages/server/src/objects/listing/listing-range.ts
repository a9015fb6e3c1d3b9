// The range of a listing: the keys of one kind with a prefix, from a marker on, and what a
// delimiter rolls up.
import { type MetadataStore, type Page, prefixEnd, type Scan } from "@ossicle/store";
import { type BucketId, headKey, keyOfHead } from "../records/keys.ts";
import {
  behindKey,
  escapedPrefix,
  escapeKey,
  prefixOfEscaped,
  uploadTailLength,
  versionTailLength,
} from "../records/object-keys.ts";

/** What is listed: heads, noncurrent versions, or uploads. */
export type ListedKind = "o" | "v" | "u";

/** The keys that a listing asks for. */
export interface ListingFilter {
  readonly prefix: string;
  /** Keys with this text behind the prefix are rolled up; empty for no roll-up. */
  readonly delimiter: string;
}

/** A {@link Scan} without its limit. */
export type ListingRange = Omit<Scan, "limit">;

/** What follows the object key in the keys of each kind. */
const tailLengths: Readonly<Record<ListedKind, number>> = {
  o: 0,
  v: versionTailLength,
  u: uploadTailLength,
};

/** The range of the keys that pass the filter, from `start` on where there is one. */
export function listingRange(
  kind: ListedKind,
  bucket: BucketId,
  { prefix, delimiter }: ListingFilter,
  start?: Uint8Array,
): ListingRange {
  const beginning = placeOf(kind, bucket, prefix);
  const to = prefixEnd(beginning) ?? beginning;
  const from = start === undefined || Buffer.compare(beginning, start) > 0 ? beginning : start;
  if (delimiter === "") return { from, to };
  const rollUp = {
    prefixLength: beginning.length,
    delimiter: kind === "o" ? Buffer.from(delimiter) : escapeKey(delimiter),
    tailLength: tailLengths[kind],
  };
  return { from, to, rollUp };
}

/** Reads a page of the range. A marker behind the prefix leaves a range with no keys. */
export async function scanPage(
  metadata: MetadataStore,
  range: ListingRange,
  limit: number,
): Promise<Page> {
  const isEmpty = Buffer.compare(range.from, range.to) >= 0;
  return isEmpty ? { rows: [] } : await metadata.scan({ ...range, limit });
}

/**
 * Where a listing goes on: behind a key and all that it has, or behind all keys that a rolled-up
 * prefix stands for. Undefined without a marker.
 */
export function behindMarker(
  kind: ListedKind,
  bucket: BucketId,
  filter: ListingFilter,
  marker: string,
): Uint8Array | undefined {
  if (marker === "") return undefined;
  if (isCommonPrefix(marker, filter)) return prefixEnd(placeOf(kind, bucket, marker));
  return kind === "o"
    ? Buffer.concat([headKey(bucket, marker), Buffer.of(0)])
    : behindKey(kind, bucket, marker);
}

/** Whether a marker is a rolled-up prefix. */
export function isCommonPrefix(marker: string, { prefix, delimiter }: ListingFilter): boolean {
  return (
    delimiter !== "" &&
    marker.length > prefix.length &&
    marker.startsWith(prefix) &&
    marker.endsWith(delimiter)
  );
}

/** The text of a rolled-up prefix. */
export function textOfPrefix(kind: ListedKind, encoded: Uint8Array): string {
  return kind === "o" ? keyOfHead(encoded) : prefixOfEscaped(encoded);
}

function placeOf(kind: ListedKind, bucket: BucketId, text: string): Uint8Array {
  return kind === "o" ? headKey(bucket, text) : escapedPrefix(kind, bucket, text);
}
