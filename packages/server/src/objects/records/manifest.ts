// Manifests: long lists of extents, in pages under `x`. A multipart object's manifest is its
// upload; an appendable object's grows page by page, so that an append rewrites one page and not
// the whole list.
import { type MetadataStore, type Put, prefixEnd } from "@ossicle/store";
import { entriesOf } from "./entries-of.ts";
import { join } from "./keys.ts";
import { offsetOfPage, pageKey, pageRange } from "./object-keys.ts";
import {
  decodeRecord,
  encodeRecord,
  type Extent,
  type ManifestExtent,
  type PageRecord,
} from "./records.ts";

/** Most extents of a page: a record has at most 32 KiB. */
export const maxPageExtents = 256;

/** Pages read at a time. */
export const pagesAtATime = 16;

/** A part of a blob that an object's bytes are made of. */
export interface BlobPart {
  readonly ref: Uint8Array;
  readonly offset: number;
  readonly length: number;
}

/** The pages of a list of extents, in order. */
export function pagePuts(manifest: Uint8Array, extents: readonly ManifestExtent[]): Put[] {
  const puts: Put[] = [];
  let offset = 0;
  for (let at = 0; at < extents.length; at += maxPageExtents) {
    const page: PageRecord = { extents: extents.slice(at, at + maxPageExtents) };
    puts.push({ key: pageKey(manifest, offset), value: encodeRecord(page) });
    for (const [, , length] of page.extents) offset += length;
  }
  return puts;
}

/** The blob parts that make up bytes `offset` to `offset + length` of a manifest. */
export async function* manifestParts(
  metadata: MetadataStore,
  manifest: Uint8Array,
  { offset, length }: { readonly offset: number; readonly length: number },
): AsyncGenerator<BlobPart> {
  const to = offset + length;
  // The page that holds the first byte is the last one that begins at or before it.
  const first = await metadata.scan({ ...pageRange(manifest, 0, offset), reverse: true, limit: 1 });
  const [row] = first.rows;
  const from = row !== undefined && "entry" in row ? row.entry.key : pageKey(manifest, 0);
  const pages = { from, to: pageRange(manifest, 0, to - 1).to, pageRows: pagesAtATime };
  for await (const { key, value } of entriesOf(metadata, pages)) {
    const { extents } = decodeRecord<PageRecord>(value);
    yield* cut(extents, { from: offset, to, at: offsetOfPage(key) });
  }
}

/** The parts of a list of extents, whose first byte is at `at`, that lie in `from` to `to`. */
export function* cut(
  extents: readonly (Extent | ManifestExtent)[],
  { from, to, at: start }: { readonly from: number; readonly to: number; readonly at: number },
): Generator<BlobPart> {
  let at = start;
  for (const [ref, offset, length] of extents) {
    const first = Math.max(from, at);
    const last = Math.min(to, at + length);
    if (first < last) {
      yield { ref: Buffer.from(ref, "hex"), offset: offset + first - at, length: last - first };
    }
    at += length;
  }
}

/** All keys of a manifest's pages. */
export function manifestPages(manifest: Uint8Array): { from: Uint8Array; to: Uint8Array } {
  const from = join("x", manifest);
  return { from, to: prefixEnd(from) ?? from };
}
