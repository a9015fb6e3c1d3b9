// Brings the index up to the end of the log.
import type { LmdbIndex } from "../lmdb/lmdb-index.ts";
import { Effects } from "../lmdb/log-state.ts";
import type { LogFiles, Segment } from "../log/log-files.ts";
import { type LogEnd, writesOf } from "../log/log-record.ts";
import { type LogRecord, readLog } from "../log/read-log.ts";

/** Bytes of the log that are replayed in one transaction. */
const replayBytes = 4_194_304;

/** How often a segment is looked for before it counts as missing. */
const maxLooks = 5;

/**
 * Requires that the log reaches to the place that the index names, and that its segments in use are
 * there. Throws DamagedStoreError.
 */
export function requireLog(index: LmdbIndex, files: LogFiles): void {
  // Beside a store that writes, compaction may remove a segment behind the snapshot.
  for (let looks = 1; ; looks += 1) {
    index.renew();
    const missing = findMissing(index, files);
    if (missing === undefined) return;
    if (looks === maxLooks) throw files.missing(missing.segment, missing.bytes);
  }
}

function findMissing(index: LmdbIndex, files: LogFiles): Segment | undefined {
  const { position, segment: last } = index.state.read();
  const needed = new Map([...index.state.usedSegments().keys()].map((segment) => [segment, 1]));
  if (position > last) needed.set(last, position - last);
  const lengths = new Map(files.list().map(({ segment, bytes }) => [segment, bytes]));
  for (const [segment, bytes] of needed) {
    const length = lengths.get(segment) ?? 0;
    if (length < bytes) return { segment, bytes: length };
  }
  return undefined;
}

/**
 * Applies the records of the log from `from` on. `rewrites` them where a sync has failed: they may
 * be in memory only, and count as written.
 */
export function replay(
  index: LmdbIndex,
  files: LogFiles,
  { from, rewrites }: { readonly from: LogEnd; readonly rewrites: boolean },
): void {
  let group: LogRecord[] = [];
  let bytes = 0;
  const apply = (): void => {
    const last = group.at(-1);
    if (last === undefined) return;
    index.transact(() => {
      const effects = new Effects();
      for (const record of group) {
        for (const write of writesOf(record.bytes, record.at.segment)) {
          index.apply(write, record.at, effects);
        }
      }
      index.state.applyUses(effects);
      index.writeState(last.end, { position: last.at.position, effects });
    });
    group = [];
    bytes = 0;
  };
  for (const record of readLog(files, from)) {
    if (rewrites) files.write(record.bytes, record.at);
    group.push(record);
    bytes += record.bytes.length;
    if (bytes >= replayBytes) apply();
  }
  apply();
}
