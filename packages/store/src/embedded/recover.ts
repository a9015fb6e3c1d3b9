// Opens the index. After a power cut it returns the index to the last checkpoint and replays the
// log behind it.
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { DamagedStoreError, restoreRemedy } from "../damaged-store-error.ts";
import { errorCode } from "../error-facts.ts";
import { inspectLmdbFile, type LmdbFileState } from "../lmdb/inspect-lmdb-file.ts";
import { dataFileName, LmdbIndex, SegmentUses } from "../lmdb/lmdb-index.ts";
import { returnToSnapshot } from "../lmdb/lmdb-meta.ts";
import { StoreFailedError } from "../store-failed-error.ts";
import { type Checkpoint, readBootId, readCheckpoint, writeCheckpoint } from "./checkpoint-file.ts";
import type { LogFiles } from "../log/log-files.ts";
import { writesOf } from "../log/log-record.ts";
import { type LogRecord, readLog } from "../log/read-log.ts";

/** What to open. */
export interface IndexPlace {
  readonly folder: string;
  readonly mapSizeBytes: number;
  readonly files: LogFiles;
  readonly bootId: string;
  readonly clock: () => number;
}

/** The start that a checkpoint names when the index must be returned to it in any case. */
const suspectBootId = "suspect";

/** Bytes of the log that are replayed in one transaction. */
const replayBytes = 4_194_304;

/** Longest wait for another process, and longest pause between two looks, in milliseconds. */
const maxWaitMs = 5_000;
const maxPauseMs = 100;

/** Age at which the lock of a recovery counts as left behind, in milliseconds. */
const lockStaleMs = 300_000;

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
  return checkpoint !== undefined && bootId !== "" && checkpoint.bootId !== bootId;
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
  if (mustRecover(readCheckpoint(folder), bootId)) return withLock(place, () => recover(place));
  // LMDB makes a new file in synced transactions, so that a power cut leaves it whole or unused.
  if (inspectLmdbFile(file) !== "present") {
    await new LmdbIndex({ folder, mapSizeBytes, syncs: true }).close();
  }
  const index = new LmdbIndex({ folder, mapSizeBytes, syncs: bootId === "" });
  if (index.readState().isSuspect) {
    markSuspect(folder, index);
    await index.close();
    return undefined;
  }
  await requireLog(index, place);
  return index;
}

// A sync has failed, and pages may be missing on the disk. When no other process uses the index, it
// is made again from the last checkpoint.
function markSuspect(folder: string, index: LmdbIndex): void {
  const checkpoint = readCheckpoint(folder);
  if (checkpoint === undefined || index.otherHolders().length > 0) return;
  const sequence = checkpoint.sequence + 1;
  writeCheckpoint(folder, { ...checkpoint, sequence, bootId: suspectBootId });
}

// The log must reach to the place that the index names, and its segments in use must be there.
async function requireLog(index: LmdbIndex, { files }: IndexPlace): Promise<void> {
  const { position, segment: last } = index.readState().log;
  const lengths = new Map(files.list().map(({ segment, bytes }) => [segment, bytes]));
  const needed = new Map([...index.usedSegments().keys()].map((segment) => [segment, 1]));
  if (position > last) needed.set(last, position - last);
  for (const [segment, bytes] of needed) {
    const length = lengths.get(segment) ?? 0;
    if (length >= bytes) continue;
    await index.close();
    throw files.missing(segment, length);
  }
}

// Returns undefined when another process has recovered it meanwhile.
async function recover(place: IndexPlace): Promise<LmdbIndex | undefined> {
  const { folder, mapSizeBytes, files, bootId } = place;
  const checkpoint = readCheckpoint(folder);
  if (checkpoint === undefined || checkpoint.bootId === bootId) return undefined;
  const file = join(folder, dataFileName);
  if (!existsSync(file)) throw new DamagedStoreError(file, "is missing", restoreRemedy);
  if (checkpoint.bootId === suspectBootId) {
    // Processes that only read, such as the primary of workers, may have the database open.
    returnToSnapshot(file, checkpoint.meta, { isOpen: true });
  } else {
    returnToSnapshot(file, checkpoint.meta, { isOpen: false });
    rmSync(join(folder, "lock.mdb"), { force: true });
  }
  inspectLmdbFile(file);
  const index = new LmdbIndex({ folder, mapSizeBytes, syncs: false });
  // The replay must not overwrite pages of the checkpoint, which a second power cut would need.
  const pin = index.pin();
  await requireLog(index, place);
  replay(index, files, checkpoint);
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
  return index;
}

function replay(index: LmdbIndex, files: LogFiles, { log, bootId }: Checkpoint): void {
  let group: LogRecord[] = [];
  let bytes = 0;
  const apply = (): void => {
    const last = group.at(-1);
    if (last === undefined) return;
    index.transact(() => {
      const uses = new SegmentUses();
      for (const record of group) {
        for (const write of writesOf(record.bytes)) index.apply(write, record.at, uses);
      }
      index.applyUses(uses);
      index.writeState({ log: last.end, isSuspect: false });
    });
    group = [];
    bytes = 0;
  };
  for (const record of readLog(files, log)) {
    // After a failed sync, the records may be in memory only, and count as written.
    if (bootId === suspectBootId) files.write(record.bytes, record.at);
    group.push(record);
    bytes += record.bytes.length;
    if (bytes >= replayBytes) apply();
  }
  apply();
}

// Returns undefined while another process holds the lock.
async function withLock<T>(
  { folder, clock }: IndexPlace,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const lock = join(folder, "recovering");
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
  } catch (cause) {
    if (errorCode(cause) !== "EEXIST") throw cause;
    if (isHeld(lock, clock())) return undefined;
    writeFileSync(lock, String(process.pid));
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function isHeld(lock: string, nowMs: number): boolean {
  try {
    const id = Number(readFileSync(lock, "latin1"));
    const isFresh = nowMs - statSync(lock).mtimeMs < lockStaleMs;
    return isFresh && id > 0 && id !== process.pid && process.kill(id, 0);
  } catch {
    return false; // the lock is gone, or its process has ended
  }
}
