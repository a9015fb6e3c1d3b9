// Opens the index. After a power cut it returns the index to the last checkpoint and replays the
// log behind it.
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { DamagedStoreError, restoreRemedy } from "../damaged-store-error.ts";
import { inspectLmdbFile, type LmdbFileState } from "../lmdb/inspect-lmdb-file.ts";
import { dataFileName, Effects, LmdbIndex, type LmdbIndexOptions } from "../lmdb/lmdb-index.ts";
import { returnToSnapshot } from "../lmdb/lmdb-meta.ts";
import { StoreFailedError } from "../store-failed-error.ts";
import { type Checkpoint, readBootId, readCheckpoint, writeCheckpoint } from "./checkpoint-file.ts";
import type { LogFiles, Segment } from "../log/log-files.ts";
import { type LogEnd, writesOf } from "../log/log-record.ts";
import { type LogRecord, readLog } from "../log/read-log.ts";
import { findLockHolder, lockFileName } from "./lock-holder.ts";
import { withRecoveryLock } from "./recovery-lock.ts";
import { isSuspect, unmarkSuspect } from "./suspect-file.ts";

/** What to open. */
export interface IndexPlace {
  readonly folder: string;
  readonly mapSizeBytes: number;
  readonly files: LogFiles;
  readonly bootId: string;
  readonly clock: () => number;
}

/** Bytes of the log that are replayed in one transaction. */
const replayBytes = 4_194_304;

/** How often a segment is looked for before it counts as missing. */
const maxLooks = 5;

/** Longest wait for another process, and longest pause between two looks, in milliseconds. */
const maxWaitMs = 5_000;
const maxPauseMs = 100;

/**
 * Checks the database in a folder without opening it. Throws DamagedStoreError when its file is
 * truncated or damaged. After a power cut, the file is checked when the database is opened.
 */
export function inspectDatabase(folder: string, bootId: string = readBootId()): LmdbFileState {
  const file = join(folder, dataFileName);
  if (existsSync(file) && mustRecover(readCheckpoint(folder), bootId)) return "present";
  return inspectLmdbFile(file);
}

function mustRecover(checkpoint: Checkpoint | undefined, bootId: string): boolean {
  return checkpoint !== undefined && checkpoint.bootId !== bootId;
}

/**
 * Opens the index; makes it where it is missing. Throws DamagedStoreError when its file is
 * truncated or damaged. While another process recovers it, or uses it behind a failed sync, waits a
 * while, and then throws StoreFailedError.
 */
export async function openIndex(place: IndexPlace): Promise<LmdbIndex> {
  const begunMs = performance.now();
  for (;;) {
    const index = await tryToOpen(place);
    if (index !== undefined) return index;
    if (performance.now() - begunMs > maxWaitMs) {
      throw new StoreFailedError(
        "another process recovers the database, or uses it behind a fault",
      );
    }
    // Processes that wait for each other must not look at the same time.
    await setTimeout(Math.random() * maxPauseMs);
  }
}

async function tryToOpen(place: IndexPlace): Promise<LmdbIndex | undefined> {
  const { folder, mapSizeBytes, bootId } = place;
  const file = join(folder, dataFileName);
  const checkpoint = readCheckpoint(folder);
  if (mustRecover(checkpoint, bootId)) {
    return withRecoveryLock(folder, () => recover(place, { isSuspect: false }));
  }
  // LMDB makes new files and databases in synced transactions, so that a power cut leaves them
  // whole or unused.
  if (inspectLmdbFile(file) !== "present" || checkpoint === undefined) {
    await new LmdbIndex({ folder, mapSizeBytes, syncs: true }).close();
  }
  const index = await openInStep({ folder, mapSizeBytes, syncs: bootId === "" });
  if (index === undefined) return undefined;
  // The mark is looked for behind the opening: a recovery by another process may have begun before.
  if (isSuspect(folder)) {
    const isAlone = index.otherHolders().length === 0;
    await index.close();
    if (!isAlone) return undefined;
    if (checkpoint === undefined) {
      // The sync of the first checkpoint has failed, before the first commit.
      unmarkSuspect(folder);
      return undefined;
    }
    return withRecoveryLock(folder, () => recover(place, { isSuspect: true }));
  }
  return closingOnThrow(index, () => {
    requireLog(index, place);
    return index;
  });
}

// Opening the environment beside a commit can set LMDB's transaction number back. Opening it once
// more, at once, sets the number right: other processes wait for that only for some milliseconds.
async function openInStep(options: LmdbIndexOptions): Promise<LmdbIndex | undefined> {
  for (let looks = 1; looks <= maxLooks; looks += 1) {
    const index = new LmdbIndex(options);
    if (await closingOnThrow(index, () => index.isInStep())) return index;
    await index.close();
  }
  return undefined;
}

async function closingOnThrow<T>(index: LmdbIndex, work: () => T): Promise<T> {
  try {
    return work();
  } catch (cause) {
    await index.close();
    throw cause;
  }
}

// The log must reach to the place that the index names, and its segments in use must be there.
function requireLog(index: LmdbIndex, { files }: IndexPlace): void {
  // Beside a store that writes, compaction may remove a segment behind the snapshot.
  for (let looks = 1; ; looks += 1) {
    index.renew();
    const missing = findMissing(index, files);
    if (missing === undefined) return;
    if (looks === maxLooks) throw files.missing(missing.segment, missing.bytes);
  }
}

function findMissing(index: LmdbIndex, files: LogFiles): Segment | undefined {
  const { position, segment: last } = index.readState().log;
  const needed = new Map([...index.usedSegments().keys()].map((segment) => [segment, 1]));
  if (position > last) needed.set(last, position - last);
  const lengths = new Map(files.list().map(({ segment, bytes }) => [segment, bytes]));
  for (const [segment, bytes] of needed) {
    const length = lengths.get(segment) ?? 0;
    if (length < bytes) return { segment, bytes: length };
  }
  return undefined;
}

// Returns undefined when another process has recovered it meanwhile. After a failed sync, other
// processes that only read, such as the primary of workers, may have the database open.
async function recover(
  place: IndexPlace,
  after: { readonly isSuspect: boolean },
): Promise<LmdbIndex | undefined> {
  const { folder, mapSizeBytes, files, bootId } = place;
  const checkpoint = readCheckpoint(folder);
  const isDone = after.isSuspect ? !isSuspect(folder) : checkpoint?.bootId === bootId;
  if (checkpoint === undefined || isDone) return undefined;
  const file = join(folder, dataFileName);
  if (!existsSync(file)) throw new DamagedStoreError(file, "is missing", restoreRemedy);
  if (!after.isSuspect) requireUnused(folder);
  returnToSnapshot(file, checkpoint.meta, { isOpen: after.isSuspect });
  if (!after.isSuspect) rmSync(join(folder, lockFileName), { force: true });
  inspectLmdbFile(file);
  const index = new LmdbIndex({ folder, mapSizeBytes, syncs: false });
  return closingOnThrow(index, () => {
    // The replay must not overwrite pages of the checkpoint, which a second power cut would need.
    const pin = index.pin();
    requireLog(index, place);
    replay(index, files, { from: checkpoint.log, rewrites: after.isSuspect });
    const { log, meta } = index.transact(() => ({
      log: index.readState().log,
      meta: index.readMeta(),
    }));
    for (const { segment } of files.list()) {
      if (segment >= checkpoint.log.segment) files.syncNow(segment);
    }
    index.syncNow();
    writeCheckpoint(folder, { sequence: checkpoint.sequence + 1, log, bootId, meta });
    pin.release();
    unmarkSuspect(folder);
    return index;
  });
}

// A container may report a boot id of its own. A command on the host would then take a running
// server's database for one after a power cut.
function requireUnused(folder: string): void {
  const holder = findLockHolder(folder);
  if (holder === undefined) return;
  throw new StoreFailedError(
    `process ${holder} uses the database under another boot id, probably in a container: ` +
      "run the command in that container",
  );
}

function replay(
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
      index.applyUses(effects);
      index.writeState(last.end, { position: last.at.position, effects });
    });
    group = [];
    bytes = 0;
  };
  for (const record of readLog(files, from)) {
    // After a failed sync, the records may be in memory only, and count as written.
    if (rewrites) files.write(record.bytes, record.at);
    group.push(record);
    bytes += record.bytes.length;
    if (bytes >= replayBytes) apply();
  }
  apply();
}
