// Lists the keys of a bucket in byte order: prefix, delimiter, marker and page size, as byte ranges over the heads.
import type { MetadataStore } from "@ossicle/store";
import { bucketRange, headKey, keyOfHead } from "./keys.ts";
import { decodeRecord, type ObjectRecord } from "./records.ts";

/** What to list. */
export interface KeyQuestion {
  readonly prefix: string;
  readonly delimiter: string;
  /** Starts after this key; a rolled-up prefix starts after all that it stands for. */
  readonly after: string;
  readonly limit: number;
}

/** A page of keys. */
export interface KeyPage {
  readonly objects: readonly { readonly key: string; readonly record: ObjectRecord }[];
  readonly commonPrefixes: readonly string[];
  /** The last key or prefix of the page, when there is more. */
  readonly nextMarker?: string;
}

/** Reads one page. */
export async function listKeys(
  metadata: MetadataStore,
  bucket: Uint8Array,
  question: KeyQuestion,
): Promise<KeyPage> {
  const { prefix, delimiter, limit } = question;
  const beginning = headKey(bucket, prefix);
  const to = after(beginning) ?? bucketRange("o", bucket).to;
  const from = latest(beginning, startAfter(bucket, question));
  if (from === undefined || Buffer.compare(from, to) >= 0)
    return { objects: [], commonPrefixes: [] };
  const page = await metadata.scan({
    from,
    to,
    limit,
    ...(delimiter === ""
      ? {}
      : { rollUp: { prefixLength: beginning.length, delimiter: Buffer.from(delimiter) } }),
  });
  const objects: { key: string; record: ObjectRecord }[] = [];
  const commonPrefixes: string[] = [];
  let last = "";
  for (const row of page.rows) {
    if ("entry" in row) {
      last = keyOfHead(row.entry.key);
      objects.push({ key: last, record: decodeRecord<ObjectRecord>(row.entry.value) });
    } else {
      last = keyOfHead(row.commonPrefix);
      commonPrefixes.push(last);
    }
  }
  return page.next === undefined
    ? { objects, commonPrefixes }
    : { objects, commonPrefixes, nextMarker: last };
}

function startAfter(
  bucket: Uint8Array,
  { after: marker, delimiter, prefix }: KeyQuestion,
): Buffer | undefined {
  if (marker === "") return headKey(bucket, "");
  const at = headKey(bucket, marker);
  const rolledUp =
    delimiter !== "" &&
    marker.startsWith(prefix) &&
    marker.length > prefix.length &&
    marker.endsWith(delimiter);
  return rolledUp ? after(at) : Buffer.concat([at, Buffer.of(0)]);
}

function latest(left: Buffer, right: Buffer | undefined): Buffer | undefined {
  return right === undefined || Buffer.compare(left, right) >= 0 ? right && left : right;
}

// The smallest head key behind all that begin with this one; undefined behind the whole bucket.
function after(beginning: Buffer): Buffer | undefined {
  const end = Buffer.from(beginning);
  for (let at = end.length - 1; at >= 9; at -= 1) {
    const byte = end[at] ?? 0xff;
    if (byte < 0xff) {
      end[at] = byte + 1;
      return end.subarray(0, at + 1);
    }
  }
  return undefined;
}
