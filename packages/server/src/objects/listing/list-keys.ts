// Lists the keys of a bucket in byte order: prefix, delimiter, marker and page size, as byte ranges
// over the heads.
import { type MetadataStore, type Page, prefixEnd } from "@ossicle/store";
import {
  behindMarker,
  type ListingFilter,
  listingRange,
  scanPage,
  textOfPrefix,
} from "./listing-range.ts";
import { headRecords } from "../records/key-space.ts";
import { type ListedFacts, listedFacts } from "../records/listed-facts.ts";

/** What to list. */
export interface KeyQuestion extends ListingFilter {
  /**
   * The listing starts after this key. When this is a rolled-up prefix, it starts after all keys
   * that the prefix stands for.
   */
  readonly after: string;
  readonly limit: number;
  /**
   * Whether the bucket was ever versioned. Its heads may then be delete markers, which the listing
   * skips.
   */
  readonly mayHaveMarkers: boolean;
}

/** A page of keys. */
export interface KeyPage {
  readonly objects: readonly { readonly key: string; readonly record: ListedFacts }[];
  readonly commonPrefixes: readonly string[];
  /** The last key or prefix of the page, when there is more. */
  readonly nextMarker?: string;
}

/**
 * Most heads read for one page. OSS documents no limit. A page after many delete markers may be
 * short, which is legal, because the page says that there is more. A common prefix may then be
 * listed although all its keys are delete markers.
 */
const maxExamined = 10_000;

/** Heads read at a time where an object is looked for among delete markers. */
const markersAtATime = 100;

/** Reads one page. */
export async function listKeys(
  metadata: MetadataStore,
  bucket: Uint8Array,
  question: KeyQuestion,
): Promise<KeyPage> {
  const { after, limit, mayHaveMarkers } = question;
  const range = listingRange(
    headRecords,
    bucket,
    question,
    behindMarker(headRecords, bucket, question, after),
  );
  const objects: { key: string; record: ListedFacts }[] = [];
  const commonPrefixes: string[] = [];
  let last = "";
  let page: Page = { rows: [], next: range.from };
  for (let examined = 0; page.next !== undefined;) {
    const left = limit - objects.length - commonPrefixes.length;
    page = await scanPage(metadata, { ...range, from: page.next }, left);
    for (const row of page.rows) {
      if ("entry" in row) {
        last = headRecords.partOf(row.entry.key, 1);
        const record = listedFacts(row.entry.value);
        if (record.deleteMarker !== true) objects.push({ key: last, record });
      } else {
        last = textOfPrefix(headRecords, row.commonPrefix);
        const found = mayHaveMarkers
          ? await findObject(metadata, row.commonPrefix, maxExamined - examined)
          : { isEmpty: false, examined: 0 };
        examined += found.examined;
        if (!found.isEmpty) commonPrefixes.push(last);
      }
    }
    examined += page.rows.length;
    const full = objects.length + commonPrefixes.length >= limit || !mayHaveMarkers;
    if (page.next !== undefined && (full || examined >= maxExamined)) {
      return { objects, commonPrefixes, nextMarker: last };
    }
  }
  return { objects, commonPrefixes };
}

// A common prefix is not listed when all its keys are delete markers.
async function findObject(
  metadata: MetadataStore,
  prefix: Uint8Array,
  budget: number,
): Promise<{ readonly isEmpty: boolean; readonly examined: number }> {
  let from: Uint8Array | undefined = prefix;
  const to = prefixEnd(prefix) ?? prefix;
  let examined = 0;
  while (from !== undefined) {
    const page: Page = await metadata.scan({ from, to, limit: markersAtATime });
    examined += page.rows.length;
    const isObject = page.rows.some(
      (row) => "entry" in row && listedFacts(row.entry.value).deleteMarker !== true,
    );
    if (isObject || (examined >= budget && page.next !== undefined)) {
      return { isEmpty: false, examined };
    }
    from = page.next;
  }
  return { isEmpty: true, examined };
}
