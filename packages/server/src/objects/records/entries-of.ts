// Walks over every record of a range, page by page, so that a long range holds neither memory nor a
// snapshot, and other requests are served between two pages.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Entry, MetadataStore, Page } from "@ossicle/store";

/** Which records, and how many are read at a time. */
export interface EntriesRange {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  /** Default 1,000: as many as a page may have. */
  readonly pageRows?: number;
}

/**
 * The records of a range in the order of their keys, without payloads. The walk does not
 * return records that are written before its position.
 */
export async function* entriesOf(
  metadata: Pick<MetadataStore, "scan">,
  { from, to, pageRows = 1_000 }: EntriesRange,
): AsyncGenerator<Omit<Entry, "payload">> {
  let next: Uint8Array | undefined = from;
  while (next !== undefined) {
    // LMDB's reads complete without a turn of the event loop. Other requests run here.
    if (next !== from) await nextTurn();
    const page: Page = await metadata.scan({ from: next, to, limit: pageRows });
    for (const row of page.rows) if ("entry" in row) yield row.entry;
    next = page.next;
  }
}
