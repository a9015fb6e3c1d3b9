// Opens the index. After a power cut it returns the index to the last checkpoint and replays the
// log behind it.
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { DamagedStoreError, restoreRemedy } from "../damaged-store-error.ts";
import { inspectLmdbFile, type LmdbFileState } from "../lmdb/inspect-lmdb-file.ts";
import { dataFileName, LmdbIndex, type LmdbIndexOptions } from "../lmdb/lmdb-index.ts";
import { lockFileName } from "../lmdb/lock-file.ts";
import { returnToSnapshot } from "../lmdb/lmdb-meta.ts";
import { StoreFailedError } from "../store-failed-error.ts";
import { type Checkpoint, readBootId, readCheckpoint, writeCheckpoint } from "./checkpoint-file.ts";
import type { LogFiles } from "../log/log-files.ts";
import { convertIndex, EarlierIndexError, isConverting, mustConvert } from "./convert-index.ts";
import { findLockHolder } from "./lock-holder.ts";
import { replay, requireLog } from "./replay.ts";
import { withRecoveryLock } from "./recovery-lock.ts";
import { isSuspect, unmarkSuspect } from "./suspect-file.ts";

/** What to open. */
export interface IndexPlace {
  readonly folder: string;
  readonly mapSizeBytes: number;
  readonly files: LogFiles;
  readonly bootId: string;
  readonly clock: () => number;
  /** Whether an index of an earlier version is converted, and not refused. */
  readonly converts: boolean;
}

/** How often the environment is opened until it is in step. */
const maxOpens = 5;

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
 * Opens the index. Makes it where it is missing, and converts that of an earlier version, or throws
 * EarlierIndexError. Throws DamagedStoreError when its file is truncated or damaged. While another
 * process recovers it, or uses it behind a failed sync, waits a while, and then throws
 * StoreFailedError.
 */
export async function openIndex(place: IndexPlace): Promise<LmdbIndex> {
  let begunMs = performance.now();
  for (;;) {
    const index = await tryToOpen(place);
    if (index !== undefined) return index;
    if (isConverting(place.folder)) begunMs = performance.now();
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
  if (await mustConvert(folder, checkpoint)) {
    if (!place.converts) throw new EarlierIndexError(isConverting(folder));
    return withRecoveryLock(folder, () => convert(place));
  }
  if (mustRecover(checkpoint, bootId)) {
    return withRecoveryLock(folder, () => recover(place, { isSuspect: false }));
  }
  // LMDB makes new files and databases in synced transactions, so that a power cut leaves them
  // whole or unused.
  if (inspectLmdbFile(file) !== "present" || checkpoint === undefined) {
    const made = new LmdbIndex({ folder, mapSizeBytes, syncs: true });
    // A process takes a checkpoint before its first write.
    made.renumber(() => readCheckpoint(folder) === undefined);
    await made.close();
  }
  const opened = await openInStep({ folder, mapSizeBytes, syncs: bootId === "" });
  if (opened === undefined) return undefined;
  const { index, hasFailed } = opened;
  if (hasFailed) {
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
    requireLog(index, place.files);
    return index;
  });
}

// Another process may have converted it meanwhile.
async function convert({ bootId, ...place }: IndexPlace): Promise<undefined> {
  const checkpoint = readCheckpoint(place.folder);
  if (!(await mustConvert(place.folder, checkpoint))) return;
  await convertIndex({ ...place, checkpoint, mustRecover: mustRecover(checkpoint, bootId) });
}

// Opening the environment beside a commit can set LMDB's transaction number back. Opening it once
// more, at once, sets the number right: other processes wait for that only for some milliseconds.
async function openInStep(
  options: LmdbIndexOptions,
): Promise<{ readonly index: LmdbIndex; readonly hasFailed: boolean } | undefined> {
  for (let opens = 1; opens <= maxOpens; opens += 1) {
    const index = new LmdbIndex(options);
    // The mark is looked for behind the opening: a recovery by another process may have begun
    // before. Where a recovery was interrupted, the number in the state does not follow.
    const hasFailed = isSuspect(options.folder);
    if (hasFailed || (await closingOnThrow(index, () => index.isInStep()))) {
      return { index, hasFailed };
    }
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
    index.renumber(() => true); // the snapshot has an older number in its state
    requireLog(index, files);
    replay(index, files, { from: checkpoint.log, rewrites: after.isSuspect });
    const { log, meta } = index.transact(() => ({
      log: index.state.read(),
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
