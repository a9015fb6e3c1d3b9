// Lists the keys of a bucket in byte order: prefix, delimiter, marker and page size, as byte ranges over the heads.
import { type MetadataStore, type Page, prefixEnd } from "@ossicle/store";
import { headKey, keyOfHead } from "./keys.ts";
import { isCommonPrefix } from "./marker.ts";
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
  const to = prefixEnd(beginning) ?? beginning;
  const start = startAfter(bucket, question);
  let from: Uint8Array | undefined =
    start === undefined || Buffer.compare(beginning, start) > 0 ? beginning : start;
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

function startAfter(bucket: Uint8Array, question: KeyQuestion): Uint8Array | undefined {
  const { after } = question;
  if (after === "") return undefined;
  const at = headKey(bucket, after);
  return isCommonPrefix(after, question) ? prefixEnd(at) : Buffer.concat([at, Buffer.of(0)]);
}
