// Converts the index of an earlier Ossicle, whose LMDB kept its free list in another form (decision
// 24). The records are copied into a new environment, which then takes the place of the old one.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { syncFolderNow } from "../files/folder-sync.ts";
import { findDatabase, openForCopy } from "../lmdb/copy-databases.ts";
import { inspectLmdbFile } from "../lmdb/inspect-lmdb-file.ts";
import { dataFileName, LmdbIndex } from "../lmdb/lmdb-index.ts";
import { readNewestMeta, returnToSnapshot, transactionOf } from "../lmdb/lmdb-meta.ts";
import { lockFileName } from "../lmdb/lock-file.ts";
import { LogState } from "../lmdb/log-state.ts";
import type { LogFiles } from "../log/log-files.ts";
import { type Checkpoint, checkpointFileName } from "./checkpoint-file.ts";
import { findLockHolder } from "./lock-holder.ts";
import { replay, requireLog } from "./replay.ts";
import { isSuspect, unmarkSuspect, wasSuspect } from "./suspect-file.ts";

/** An index of an earlier Ossicle was opened, but not for serving. */
export class EarlierIndexError extends Error {
  override readonly name: string = "EarlierIndexError";
  /** Whether its conversion is under way, or was interrupted. */
  readonly isConverting: boolean;

  constructor(isConverting: boolean) {
    super("an earlier Ossicle wrote the index");
    this.isConverting = isConverting;
  }
}

/** The index cannot be converted now. The message says what to do. */
export class ConversionError extends Error {
  override readonly name: string = "ConversionError";
}

/** Holds the new environment while it is written. */
const unfinishedName = "converting";
/** Its name as soon as it is complete and durable. */
const finishedName = "converted";
/** Beside the new data file: the newest meta page of the file that was copied. */
const sourceName = "source";

/** Longest wait for a process that uses the index, such as a command, in milliseconds. */
const maxWaitMs = 5_000;
const pauseMs = 100;

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
  // Without a checkpoint, it is new, a restored backup, or of a version without a log.
  return (await readIndex(folder)) === "earlier";
}

/** What an index is that no process has open for writing. */
async function readIndex(folder: string): Promise<"none" | "earlier" | "current"> {
  if (inspectLmdbFile(join(folder, dataFileName)) !== "present") return "none";
  const root = openForCopy(folder);
  try {
    const [entries, log] = ["entries", "log"].map((name) => findDatabase(root, name));
    if (entries === undefined || [...entries.getKeys({ limit: 1 })].length === 0) return "none";
    // Earlier versions write no number, and leave the number of a converted index as it is.
    const number = log && new LogState(log).readNumber();
    return number === undefined || number < transactionOf(readMetaInPlace(folder))
      ? "earlier"
      : "current";
  } finally {
    await root.close();
  }
}

/** The newest meta page of the index that is in place. */
function readMetaInPlace(folder: string): Buffer {
  const file = openSync(join(folder, dataFileName), "r");
  try {
    return readNewestMeta(file);
  } finally {
    closeSync(file);
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
 * call puts in its place, unless an earlier version has written to the old one meanwhile. Throws
 * ConversionError while another process uses the index, and where the disk has no room. The caller
 * holds the recovery lock.
 */
export async function convertIndex(earlier: EarlierIndex): Promise<void> {
  const { folder } = earlier;
  if (!(await isFinished(folder))) {
    rmSync(join(folder, finishedName), { recursive: true, force: true });
    await requireUnused(folder);
    try {
      await build(earlier);
    } catch (cause) {
      rmSync(join(folder, unfinishedName), { recursive: true, force: true });
      throw cause;
    }
    await requireUnused(folder);
    if (!(await isFinished(folder))) {
      throw new ConversionError(
        `an earlier version has written to ${folder} while its index was converted: end its ` +
          "processes, and start again",
      );
    }
  }
  putInPlace(folder);
}

// Whether a finished environment is there that holds what the index holds, or is in its place.
async function isFinished(folder: string): Promise<boolean> {
  const finished = join(folder, finishedName);
  if (!existsSync(finished)) return false;
  if (!existsSync(join(finished, dataFileName))) return (await readIndex(folder)) === "current";
  const source = join(finished, sourceName);
  return existsSync(source) && readFileSync(source).equals(readMetaInPlace(folder));
}

async function requireUnused(folder: string): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    const holder = findLockHolder(folder);
    if (holder === undefined) return;
    if (waitedMs >= maxWaitMs) {
      throw new ConversionError(
        `${folder} was written by an earlier version and is used by process ${holder}: end it, ` +
          "so that the index can be converted",
      );
    }
    await setTimeout(pauseMs);
  }
}

async function build(earlier: EarlierIndex): Promise<void> {
  const { folder, mapSizeBytes, files, checkpoint, mustRecover } = earlier;
  const rewrites = isSuspect(folder) || wasSuspect(folder);
  const recovered = mustRecover || rewrites ? checkpoint : undefined;
  const old = join(folder, dataFileName);
  if (recovered !== undefined) {
    returnToSnapshot(old, recovered.meta, { isOpen: false });
    rmSync(join(folder, lockFileName), { force: true });
  }
  inspectLmdbFile(old);
  const unfinished = join(folder, unfinishedName);
  rmSync(unfinished, { recursive: true, force: true });
  await requireRoom(folder);
  mkdirSync(unfinished, { mode: 0o700 });
  const source = readMetaInPlace(folder);
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
  writeSynced(join(unfinished, sourceName), source);
  syncFolderNow(unfinished);
  renameSync(unfinished, join(folder, finishedName));
  syncFolderNow(folder);
}

async function requireRoom(folder: string): Promise<void> {
  const { size } = statSync(join(folder, dataFileName));
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize > size) return;
  throw new ConversionError(
    `${folder} was written by an earlier version, and its index must be copied: free ` +
      `${Math.ceil(size / 1_048_576)} MiB on its disk`,
  );
}

function writeSynced(path: string, bytes: Buffer): void {
  const file = openSync(path, "w", 0o600);
  try {
    writeSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
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
