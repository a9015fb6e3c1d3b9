// Lists the keys of a bucket in byte order: prefix, delimiter, marker and page size, as byte ranges over the heads.
import { type MetadataStore, type Page, prefixEnd } from "@ossicle/store";
import { bucketRange, headKey, keyOfHead } from "./keys.ts";
import { decodeRecord, type ObjectRecord } from "./records.ts";

/** What to list. */
export interface KeyQuestion {
  readonly prefix: string;
  readonly delimiter: string;
  /** Starts after this key; a rolled-up prefix starts after all that it stands for. */
  readonly after: string;
  readonly limit: number;
  /** Whether the bucket was ever versioned: then delete markers stand among the heads, and are passed over. */
  readonly mayHaveMarkers: boolean;
}

/** A page of keys. */
export interface KeyPage {
  readonly objects: readonly { readonly key: string; readonly record: ObjectRecord }[];
  readonly commonPrefixes: readonly string[];
  /** The last key or prefix of the page, when there is more. */
  readonly nextMarker?: string;
}

/** Most heads looked at for one page: behind many delete markers a page may be short (legal: it says that there is more). Ours. */
const maxExamined = 10_000;

/** Reads one page. */
export async function listKeys(
  metadata: MetadataStore,
  bucket: Uint8Array,
  question: KeyQuestion,
): Promise<KeyPage> {
  const { prefix, delimiter, limit, mayHaveMarkers } = question;
  const beginning = headKey(bucket, prefix);
  const to = after(beginning) ?? bucketRange("o", bucket).to;
  let from: Uint8Array | undefined = latest(beginning, startAfter(bucket, question));
  const objects: { key: string; record: ObjectRecord }[] = [];
  const commonPrefixes: string[] = [];
  let last = "";
  const rollUp = { prefixLength: beginning.length, delimiter: Buffer.from(delimiter) };
  for (let examined = 0; from !== undefined && Buffer.compare(from, to) < 0;) {
    const page: Page = await metadata.scan({
      from,
      to,
      limit: limit - objects.length - commonPrefixes.length,
      ...(delimiter === "" ? {} : { rollUp }),
    });
    for (const row of page.rows) {
      if ("entry" in row) {
        last = keyOfHead(row.entry.key);
        const record = decodeRecord<ObjectRecord>(row.entry.value);
        if (record.deleteMarker !== true) objects.push({ key: last, record });
      } else {
        last = keyOfHead(row.commonPrefix);
        if (!mayHaveMarkers || (await hasObject(metadata, row.commonPrefix))) {
          commonPrefixes.push(last);
        }
      }
    }
    from = page.next;
    examined += page.rows.length;
    const full = objects.length + commonPrefixes.length >= limit || !mayHaveMarkers;
    if (from !== undefined && (full || examined >= maxExamined)) {
      return { objects, commonPrefixes, nextMarker: last };
    }
  }
  return { objects, commonPrefixes };
}

// What stands behind a prefix may all be deleted; then nobody sees the prefix.
async function hasObject(metadata: MetadataStore, prefix: Uint8Array): Promise<boolean> {
  let from: Uint8Array | undefined = prefix;
  const to = prefixEnd(prefix) ?? prefix;
  while (from !== undefined) {
    const page: Page = await metadata.scan({ from, to, limit: 100 });
    for (const row of page.rows) {
      if (!("entry" in row)) continue;
      if (decodeRecord<ObjectRecord>(row.entry.value).deleteMarker !== true) return true;
    }
    from = page.next;
  }
  return false;
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
