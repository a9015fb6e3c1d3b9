// Scans of the index.
import type { Database } from "lmdb";
import { positionOf, valueRange } from "../log/stored-value.ts";
import { maxScanBytes, type Page, prefixEnd, type Row, type Scan } from "../metadata-store.ts";
import { commonPrefixOf } from "../roll-up.ts";
import { asBuffer } from "./lmdb-bytes.ts";

/** A page, and the position in the log of its newest entry. */
export interface ScannedPage {
  readonly page: Page;
  readonly newest: number;
}

/** Reads a page forwards. */
export function scanForward(entries: Database<Buffer, Buffer>, scan: Scan): ScannedPage {
  const rows: Row[] = [];
  let bytes = 0;
  let newest = 0;
  let from: Uint8Array | undefined = scan.from;
  while (from !== undefined) {
    let jump: Uint8Array | undefined;
    for (const { key, value: stored, version = 0 } of entries.getRange({
      start: asBuffer(from),
      end: asBuffer(scan.to),
      versions: true,
    })) {
      newest = Math.max(newest, positionOf(stored));
      const prefix = scan.rollUp && commonPrefixOf(key, scan.rollUp);
      if (rows.length >= scan.limit || bytes >= maxScanBytes) {
        return { page: { rows, next: prefix ?? key }, newest };
      }
      if (prefix !== undefined) {
        rows.push({ commonPrefix: prefix });
        bytes += prefix.length;
        jump = prefixEnd(prefix);
        break;
      }
      // getRange returns copies, so the value is not copied again.
      const value = stored.subarray(...valueRange(stored));
      rows.push({ entry: { key, version, value } });
      bytes += key.length + value.length;
    }
    from = jump !== undefined && Buffer.compare(jump, scan.to) < 0 ? jump : undefined;
  }
  return { page: { rows }, newest };
}

/** Reads a page backwards. */
export function scanBack(entries: Database<Buffer, Buffer>, scan: Scan): ScannedPage {
  const rows: Row[] = [];
  let bytes = 0;
  let newest = 0;
  let last: Uint8Array | undefined;
  for (const { key, value: stored, version = 0 } of entries.getRange({
    start: asBuffer(scan.to),
    reverse: true,
    versions: true,
  })) {
    // lmdb's ranges begin with `start` and end before `end`, also in reverse.
    if (key.equals(scan.to)) continue;
    if (key.compare(scan.from) < 0) break;
    if (last !== undefined && (rows.length >= scan.limit || bytes >= maxScanBytes)) {
      return { page: { rows, next: last }, newest };
    }
    last = key;
    newest = Math.max(newest, positionOf(stored));
    const value = stored.subarray(...valueRange(stored));
    rows.push({ entry: { key, version, value } });
    bytes += key.length + value.length;
  }
  return { page: { rows }, newest };
}
