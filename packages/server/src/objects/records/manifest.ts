// Manifests: long lists of extents, divided into pages, each a record of its own. The manifest of a
// multipart object has the id of its upload. The manifest of an appendable object grows page by
// page, so that an append rewrites one page and not the whole list.
import { type MetadataStore, type Put } from "@ossicle/store";
import { entriesOf } from "./entries-of.ts";
import { pageRecords } from "./key-space.ts";
import type { Extent, ManifestExtent, PageRecord } from "./records.ts";

/** Most extents of a page: a record has at most 32 KiB. */
export const maxPageExtents = 256;

/** Pages read at a time. */
export const pagesAtATime = 16;

/** A part of a blob that an object's bytes are made of. */
export interface BlobPart {
  readonly ref: Uint8Array;
  readonly offset: number;
  readonly length: number;
  /** Where the extent ends in the blob: the blob's length, if the blob is encrypted. */
  readonly blobLength: number;
}

/** The pages of a list of extents, in order. */
export function pagePuts(manifest: Uint8Array, extents: readonly ManifestExtent[]): Put[] {
  const puts: Put[] = [];
  let offset = 0;
  for (let at = 0; at < extents.length; at += maxPageExtents) {
    const page: PageRecord = { extents: extents.slice(at, at + maxPageExtents) };
    puts.push({ key: pageRecords.key(manifest, offset), value: pageRecords.encode(page) });
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
  const begin = pageRecords.key(manifest, 0);
  const upToOffset = { from: begin, to: pageRecords.key(manifest, offset + 1) };
  const [row] = (await metadata.scan({ ...upToOffset, reverse: true, limit: 1 })).rows;
  const from = row !== undefined && "entry" in row ? row.entry.key : begin;
  const pages = { from, to: pageRecords.key(manifest, to), pageRows: pagesAtATime };
  for await (const { key, value } of entriesOf(metadata, pages)) {
    const [, start] = pageRecords.partsOf(key);
    const { extents } = pageRecords.decode(value);
    yield* cut(extents, { from: offset, to, at: start });
  }
}

/**
 * Yields the parts of a list of extents that lie between the bytes `from` and `to`. The first byte
 * of the list is at `at`.
 */
export function* cut(
  extents: readonly (Extent | ManifestExtent)[],
  { from, to, at: start }: { readonly from: number; readonly to: number; readonly at: number },
): Generator<BlobPart> {
  let at = start;
  for (const [ref, offset, length] of extents) {
    const first = Math.max(from, at);
    const last = Math.min(to, at + length);
    if (first < last) {
      yield {
        ref: Buffer.from(ref, "hex"),
        offset: offset + first - at,
        length: last - first,
        blobLength: offset + length,
      };
    }
    at += length;
  }
}
