// Converts the index of an earlier Ossicle, whose LMDB kept its free list in another form (decision
// 24). The records are copied into a new environment, which then takes the place of the old one.
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { syncFolderNow } from "../files/folder-sync.ts";
import { findDatabase, openForCopy } from "../lmdb/copy-databases.ts";
import { inspectLmdbFile } from "../lmdb/inspect-lmdb-file.ts";
import { dataFileName, LmdbIndex, lockFileName } from "../lmdb/lmdb-index.ts";
import { returnToSnapshot } from "../lmdb/lmdb-meta.ts";
import { LogState } from "../lmdb/log-state.ts";
import type { LogFiles } from "../log/log-files.ts";
import { StoreFailedError } from "../store-failed-error.ts";
import { type Checkpoint, checkpointFileName } from "./checkpoint-file.ts";
import { findLockHolder } from "./lock-holder.ts";
import { replay, requireLog } from "./replay.ts";
import { isSuspect, unmarkSuspect } from "./suspect-file.ts";

/** An index of an earlier Ossicle was opened, but not for serving. */
export class EarlierIndexError extends Error {
  override readonly name: string = "EarlierIndexError";
}

/** Holds the new environment while it is written. */
const unfinishedName = "converting";
/** Its name as soon as it is complete and durable. */
const finishedName = "converted";

/**
 * Whether the index in a folder must be converted. Call it before the index is opened: LMDB must
 * not write to it.
 */
export async function mustConvert(
  folder: string,
  checkpoint: Checkpoint | undefined,
): Promise<boolean> {
  if (checkpoint !== undefined) return checkpoint.isEarlier;
  if (existsSync(join(folder, finishedName))) return true;
  if (inspectLmdbFile(join(folder, dataFileName)) !== "present") return false;
  const root = openForCopy(folder);
  try {
    const [entries, log] = ["entries", "log"].map((name) => findDatabase(root, name));
    if (entries === undefined || [...entries.getKeys({ limit: 1 })].length === 0) return false;
    return log === undefined || new LogState(log).readNumber() === undefined;
  } finally {
    await root.close();
  }
}

/** Whether a conversion is under way, or was interrupted. */
export function isConverting(folder: string): boolean {
  return existsSync(join(folder, unfinishedName));
}

/** An index that is converted. */
export interface EarlierIndex {
  readonly folder: string;
  readonly mapSizeBytes: number;
  readonly files: LogFiles;
  readonly checkpoint: Checkpoint | undefined;
  /** Whether the index is returned to its checkpoint first, because of a power cut. */
  readonly mustRecover: boolean;
}

/**
 * Converts an index. An interruption leaves the index as it was, or a new environment that the next
 * call puts in its place. Throws StoreFailedError while another process uses the index. No other
 * process may call it.
 */
export async function convertIndex(earlier: EarlierIndex): Promise<void> {
  const { folder } = earlier;
  if (!existsSync(join(folder, finishedName))) {
    const holder = findLockHolder(folder);
    if (holder !== undefined) {
      throw new StoreFailedError(
        `process ${holder} uses the database, which an earlier version wrote: end it first`,
      );
    }
    await build(earlier);
  }
  putInPlace(folder);
}

async function build(earlier: EarlierIndex): Promise<void> {
  const { folder, mapSizeBytes, files, checkpoint, mustRecover } = earlier;
  const rewrites = isSuspect(folder);
  const recovered = mustRecover || rewrites ? checkpoint : undefined;
  if (recovered !== undefined) {
    returnToSnapshot(join(folder, dataFileName), recovered.meta, { isOpen: false });
    rmSync(join(folder, lockFileName), { force: true });
  }
  inspectLmdbFile(join(folder, dataFileName));
  const unfinished = join(folder, unfinishedName);
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  const from = openForCopy(folder);
  const index = new LmdbIndex({ folder: unfinished, mapSizeBytes, syncs: false });
  try {
    await index.copyFrom(from);
    requireLog(index, files);
    if (recovered !== undefined) replay(index, files, { from: recovered.log, rewrites });
    // Without its checkpoint, the index is not brought up from the log again.
    for (const { segment } of files.list()) files.syncNow(segment);
    index.syncNow();
  } finally {
    await index.close();
    await from.close();
  }
  syncFolderNow(unfinished);
  renameSync(unfinished, join(folder, finishedName));
  syncFolderNow(folder);
}

// The next start repeats what a power cut undoes.
function putInPlace(folder: string): void {
  const finished = join(folder, finishedName);
  const file = join(finished, dataFileName);
  if (existsSync(file)) renameSync(file, join(folder, dataFileName));
  for (const name of [checkpointFileName, lockFileName]) {
    rmSync(join(folder, name), { force: true });
  }
  unmarkSuspect(folder); // syncs the folder
  rmSync(finished, { recursive: true });
  syncFolderNow(folder);
}
