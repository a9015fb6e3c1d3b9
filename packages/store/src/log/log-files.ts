// The files of the write-ahead log. Each holds one segment of it, and is named after the position
// of its first byte. A record lies in one segment. The log is also where payloads live: the index
// refers to them. A segment is removed when nothing in it is in use.
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { DamagedStoreError, restoreRemedy } from "../damaged-store-error.ts";
import { errorCode, isFullDisk } from "../error-facts.ts";
import { syncFolderNow } from "../files/folder-sync.ts";
import type { LogEnd } from "./log-record.ts";

const syncData = promisify(fdatasync);

/** Name of the folder of segments, in the folder of the database. */
export const segmentsFolderName = "segments";

/** Most files that stay open for reading. */
const maxOpenFiles = 64;

/**
 * How far a file is filled with zeros ahead of its records. A sync that changes neither a file's
 * length nor its blocks need not write the file system's journal, and takes half the time
 * (docs/decisions/0019-write-ahead-log.md).
 */
const aheadBytes = 1_048_576;
const zeros = Buffer.alloc(aheadBytes);

/** A file of the log. */
export interface Segment {
  /** Position of its first byte. */
  readonly segment: number;
  readonly bytes: number;
}

const fileName = (segment: number): string => `${String(segment).padStart(16, "0")}.log`;

/** Reads and writes the log's files. Several processes may share them. */
export class LogFiles {
  readonly folder: string;
  /** Open files by segment, the last used at the end. */
  readonly #open = new Map<number, number>();
  /** Smallest possible lengths of files, by descriptor: another process may have extended them. */
  readonly #filled = new Map<number, number>();
  /** Syncs under way by file. A file is closed behind them. */
  readonly #syncs = new Map<number, number>();
  readonly #closing = new Set<number>();
  #lastSync: Promise<void> = Promise.resolve();
  /** The first sync that failed. The system reports a failed write-back once per open file. */
  #failure: { readonly cause: unknown } | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes the folder; its name is durable afterwards. */
  make(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    syncFolderNow(dirname(this.folder));
  }

  /**
   * Makes a segment's file where it is missing. Its name is durable afterwards, also when a process
   * has made the file and ended before it could sync the folder.
   */
  begin(segment: number): void {
    closeSync(openSync(this.pathOf(segment), "a", 0o600));
    syncFolderNow(this.folder);
  }

  /** Writes a record into a segment that has begun. */
  write(bytes: Uint8Array, { segment, position }: Omit<LogEnd, "checksum">): void {
    const file = this.#fileOf(segment);
    if (file === undefined) throw this.missing(segment, 0);
    const offset = position - segment;
    writeWhole(file, bytes, offset);
    const end = offset + bytes.length;
    if (end > (this.#filled.get(file) ?? 0)) this.#fill(file, end);
  }

  // Another process may have filled the file, and written records behind this one.
  #fill(file: number, end: number): void {
    const { size } = fstatSync(file);
    this.#filled.set(file, size);
    if (size > end) return;
    try {
      writeWhole(file, zeros, end);
      this.#filled.set(file, end + aheadBytes);
    } catch (cause) {
      // The record has its place, and the next one may find the disk full.
      if (!isFullDisk(cause)) throw cause;
    }
  }

  /** Reads from a segment. Returns fewer bytes at the end of its file, none without a file. */
  read(segment: number, offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    const file = this.#fileOf(segment);
    if (file === undefined) return bytes.subarray(0, 0);
    let done = 0;
    while (done < length) {
      const count = readSync(file, bytes, done, length - done, offset + done);
      if (count === 0) break;
      done += count;
    }
    return bytes.subarray(0, done);
  }

  /**
   * Resolves when all that was written to a segment before the call is durable. Syncs run one after
   * another, and all reject once one has failed: the next one would succeed with bytes lost.
   */
  sync(segment: number): Promise<void> {
    const sync = this.#lastSync.then(() => this.#sync(segment));
    this.#lastSync = sync.catch(() => undefined);
    return sync;
  }

  async #sync(segment: number): Promise<void> {
    this.#requireSound();
    const file = this.#fileOf(segment);
    if (file === undefined) return;
    this.#syncs.set(file, (this.#syncs.get(file) ?? 0) + 1);
    try {
      await syncData(file);
    } catch (cause) {
      this.#failure ??= { cause };
    } finally {
      const left = (this.#syncs.get(file) ?? 1) - 1;
      if (left > 0) this.#syncs.set(file, left);
      else this.#endSyncs(file);
    }
    this.#requireSound();
  }

  #requireSound(): void {
    if (this.#failure !== undefined) throw this.#failure.cause;
  }

  #endSyncs(file: number): void {
    this.#syncs.delete(file);
    if (this.#closing.delete(file)) closeSync(file);
  }

  /** Syncs a segment, and blocks until it is durable. */
  syncNow(segment: number): void {
    this.#requireSound();
    const file = this.#fileOf(segment);
    if (file === undefined) return;
    try {
      fdatasyncSync(file);
    } catch (cause) {
      this.#failure ??= { cause };
    }
    this.#requireSound();
  }

  /** Whether a sync has failed. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Ends a segment after its last record, where a killed process may have left another one. */
  end(segment: number, bytes: number): void {
    const file = this.#fileOf(segment);
    if (file !== undefined && fstatSync(file).size > bytes) ftruncateSync(file, bytes);
    this.syncNow(segment);
  }

  /** The segments, in their order. */
  list(): readonly Segment[] {
    return readdirSync(this.folder)
      .filter((name) => /^\d{16}\.log$/.test(name))
      .sort()
      .map((name) => {
        const segment = Number.parseInt(name, 10);
        const facts = statSync(this.pathOf(segment), { throwIfNoEntry: false });
        return { segment, bytes: facts?.size ?? 0 };
      });
  }

  /** The file of a segment. */
  pathOf(segment: number): string {
    return join(this.folder, fileName(segment));
  }

  /** Removes a segment, if it exists. Processes that have it open can still read it. */
  remove(segment: number): void {
    this.#close(segment);
    try {
      unlinkSync(this.pathOf(segment));
    } catch (cause) {
      if (errorCode(cause) !== "ENOENT") throw cause;
    }
  }

  /** The error for a payload that the log does not hold. */
  missing(segment: number, offset: number): DamagedStoreError {
    const problem = `lacks the bytes at ${offset}`;
    return new DamagedStoreError(this.pathOf(segment), problem, restoreRemedy);
  }

  close(): void {
    for (const segment of this.#open.keys()) this.#close(segment);
  }

  #fileOf(segment: number): number | undefined {
    const known = this.#open.get(segment);
    if (known !== undefined) {
      if (this.#open.size > 1) {
        this.#open.delete(segment);
        this.#open.set(segment, known);
      }
      return known;
    }
    let file: number;
    try {
      file = openSync(this.pathOf(segment), "r+");
    } catch (cause) {
      if (errorCode(cause) === "ENOENT") return undefined;
      throw cause;
    }
    this.#open.set(segment, file);
    for (const [oldest] of this.#open) {
      if (this.#open.size <= maxOpenFiles) break;
      this.#close(oldest);
    }
    return file;
  }

  #close(segment: number): void {
    const file = this.#open.get(segment);
    if (file === undefined) return;
    this.#open.delete(segment);
    this.#filled.delete(file);
    if (this.#syncs.has(file)) this.#closing.add(file);
    else closeSync(file);
  }
}

function writeWhole(file: number, bytes: Uint8Array, offset: number): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(file, bytes, done, bytes.length - done, offset + done);
  }
}
