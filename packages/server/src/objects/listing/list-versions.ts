// Lists every version of a bucket: the heads and the noncurrent versions are two streams in the
// same order of keys, merged a page at a time.
import type { MetadataStore, Page, Row } from "@ossicle/store";
import { compareText } from "../records/compare-text.ts";
import {
  behindMarker,
  isCommonPrefix,
  justBehind,
  type ListingFilter,
  listingRange,
  scanPage,
  textOfPrefix,
} from "./listing-range.ts";
import { headRecords, versionRecords } from "../records/key-space.ts";
import type { ObjectRecord } from "../records/records.ts";
import { nullVersionId, parseVersionId, positionId } from "../records/version-id.ts";

/** What to list. */
export interface VersionQuestion extends ListingFilter {
  /** Starts after this key, or after one version of it. */
  readonly keyMarker: string;
  readonly versionIdMarker: string;
  readonly limit: number;
}

/** A version or a delete marker. */
export interface FoundEntry {
  readonly key: string;
  readonly record: ObjectRecord;
  readonly isLatest: boolean;
}

/** A page of versions. */
export interface VersionPage {
  readonly entries: readonly FoundEntry[];
  readonly commonPrefixes: readonly string[];
  /** The last entry of the page, when there is more; a rolled-up prefix has no version. */
  readonly next?: { readonly key: string; readonly versionId: string };
}

/** Reads one page. */
export async function listVersions(
  metadata: MetadataStore,
  bucket: Uint8Array,
  question: VersionQuestion,
): Promise<VersionPage> {
  const { limit } = question;
  const starts = await startsOf(metadata, bucket, question);
  const [heads, olds] = await Promise.all([
    open(metadata, bucket, { kind: headRecords, question, start: starts.heads }),
    open(metadata, bucket, { kind: versionRecords, question, start: starts.olds }),
  ]);
  const entries: FoundEntry[] = [];
  const commonPrefixes: string[] = [];
  let next = { key: "", versionId: "" };
  while (entries.length + commonPrefixes.length < limit) {
    const [head, old] = [heads.peek(), olds.peek()];
    // End the page here: the next page of this stream may begin with a key that sorts before the
    // other stream's.
    if (head === "unread" || old === "unread") break;
    if (head === undefined && old === undefined) return { entries, commonPrefixes };
    const first =
      old === undefined || (head !== undefined && compareText(head.text, old.text) <= 0)
        ? heads
        : olds;
    const item = first.take();
    if (item.record === undefined) {
      if (commonPrefixes.at(-1) !== item.text) commonPrefixes.push(item.text);
      next = { key: item.text, versionId: "" };
    } else {
      entries.push({ key: item.text, record: item.record, isLatest: first === heads });
      next = { key: item.text, versionId: positionId(item.record) };
    }
  }
  const done = heads.peek() === undefined && olds.peek() === undefined;
  return done ? { entries, commonPrefixes } : { entries, commonPrefixes, next };
}

interface Item {
  /** The key, or the rolled-up prefix. */
  readonly text: string;
  /** Absent for a prefix. */
  readonly record: ObjectRecord | undefined;
}

/** One of the two streams, a page of it. */
class Stream {
  readonly #page: Page;
  readonly #read: (row: Row) => Item;
  #at = 0;
  #peeked: Item | undefined;

  constructor(page: Page, read: (row: Row) => Item) {
    this.#page = page;
    this.#read = read;
  }

  /** The next item; undefined at the end, and `unread` where another page would have to be read. */
  peek(): Item | "unread" | undefined {
    const row = this.#page.rows[this.#at];
    if (row === undefined) return this.#page.next === undefined ? undefined : "unread";
    this.#peeked ??= this.#read(row);
    return this.#peeked;
  }

  take(): Item {
    const item = this.peek();
    if (item === undefined || item === "unread") throw new Error("nothing to take");
    this.#at += 1;
    this.#peeked = undefined;
    return item;
  }
}

interface StreamOptions {
  readonly kind: typeof headRecords | typeof versionRecords;
  readonly question: VersionQuestion;
  readonly start: Uint8Array | undefined;
}

async function open(
  metadata: MetadataStore,
  bucket: Uint8Array,
  { kind, question, start }: StreamOptions,
): Promise<Stream> {
  const range = listingRange(kind, bucket, question, start);
  const page = await scanPage(metadata, range, question.limit);
  return new Stream(page, (row) =>
    "entry" in row
      ? { text: kind.partOf(row.entry.key, 1), record: kind.decode(row.entry.value) }
      : { text: textOfPrefix(kind, row.commonPrefix), record: undefined },
  );
}

interface Starts {
  readonly heads: Uint8Array | undefined;
  readonly olds: Uint8Array | undefined;
}

async function startsOf(
  metadata: MetadataStore,
  bucket: Uint8Array,
  question: VersionQuestion,
): Promise<Starts> {
  const { keyMarker, versionIdMarker } = question;
  const behind = {
    heads: behindMarker(headRecords, bucket, question, keyMarker),
    olds: behindMarker(versionRecords, bucket, question, keyMarker),
  };
  if (keyMarker === "" || versionIdMarker === "" || isCommonPrefix(keyMarker, question)) {
    return behind;
  }
  const at = headRecords.key(bucket, keyMarker);
  const [entry] = await metadata.getMany([at], { payloads: false });
  const head = entry === undefined ? undefined : headRecords.decode(entry.value);
  const marked = placeOfMarker(head, versionIdMarker);
  if (marked === "head") return { ...behind, olds: versionRecords.range(bucket, keyMarker).from };
  if (marked === undefined) return behind;
  const olds = justBehind(versionRecords.key(bucket, keyMarker, marked.place));
  // The marked version may have been deleted, and an older version may now be the head.
  const promoted = head !== undefined && head.order < marked.order;
  return promoted ? { heads: at, olds } : { ...behind, olds };
}

function placeOfMarker(
  head: ObjectRecord | undefined,
  marker: string,
): "head" | { readonly place: Uint8Array; readonly order: number } | undefined {
  if (marker === nullVersionId) {
    if (head === undefined) return undefined;
    if (head.versioned !== true) return "head";
    const { nullPlace } = head;
    return nullPlace === undefined ? undefined : { place: Buffer.from(nullPlace, "hex"), order: 0 };
  }
  const parsed = parseVersionId(marker);
  if (parsed === undefined) return undefined;
  return head?.order === parsed.order && head.id === parsed.id ? "head" : parsed;
}
