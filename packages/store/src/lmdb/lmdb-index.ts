// The LMDB environment under the metadata store: its databases, reads of snapshots, and writes in
// transactions. LMDB syncs nothing here. The log makes commits durable, and checkpoints the index.
import { closeSync, constants, fdatasync, fdatasyncSync, openSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Database, getLastVersion, open, type RootDatabase } from "lmdb";
import type { LogEnd, LoggedWrite } from "../log/log-record.ts";
import { encodeStored, forms, useOf } from "../log/stored-value.ts";
import { copyDatabases } from "./copy-databases.ts";
import { asBuffer, copyOf } from "./lmdb-bytes.ts";
import { readNewestMeta, readSharedTransaction, transactionOf } from "./lmdb-meta.ts";
import { type LockFile, openLockFile } from "./lock-file.ts";
import { type Effects, type LastRecord, LogState } from "./log-state.ts";

/** The environment's data file, in its folder. */
export const dataFileName = "data.mdb";

/** A record as it is stored. The bytes are valid until the next read. */
export interface StoredEntry {
  readonly version: number;
  readonly stored: Buffer;
}

/** A snapshot that is held, so that LMDB does not reuse its pages. */
export interface Pin {
  /** The end of the log in the snapshot. */
  readonly position: number;
  readonly release: () => void;
}

/** Settings of the environment. */
export interface LmdbIndexOptions {
  readonly folder: string;
  readonly mapSizeBytes: number;
  /** Whether LMDB syncs each transaction itself. */
  readonly syncs: boolean;
}

/** For new environments. Records are small: their bodies are in the log (decision 19). */
const pageBytes = 4_096;

const syncData = promisify(fdatasync);

const binary = { keyEncoding: "binary", encoding: "binary" } as const;

/**
 * As `encoding: "binary"`, but scans copy each value into pooled memory, which takes a third of the
 * time of lmdb's own copies. The types of `lmdb` lack this option.
 */
const copied: object = {
  encoder: {
    encode: (value: Buffer) => value,
    decode: (shared: Buffer) => copyOf(shared),
  },
};

/** LMDB's shared transaction number does not follow the last commit. */
class OutOfStepError extends Error {
  override readonly name: string = "OutOfStepError";
  override readonly message: string = "LMDB's transaction number does not follow the last commit";
}

/** How often a transaction begins until its number follows the last commit. */
const maxSteps = 50;

/** Pause before it begins again, in milliseconds. */
const stepPauseMs = 1;
const stepPause = new Int32Array(new SharedArrayBuffer(4));

/** The environment. */
export class LmdbIndex {
  readonly entries: Database<Buffer, Buffer>;
  /** Payloads of entries that an earlier version wrote. */
  readonly oldPayloads: Database<Buffer, Buffer>;
  readonly state: LogState;
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #file: number;
  readonly #lockFile: LockFile;
  #transaction = 0;
  /** Whether LMDB syncs each transaction itself. */
  readonly syncs: boolean;
  readonly #mapSizeBytes: number;

  constructor({ folder, mapSizeBytes, syncs }: LmdbIndexOptions) {
    this.syncs = syncs;
    this.#mapSizeBytes = mapSizeBytes;
    this.#root = open<Buffer, Buffer>({
      path: folder,
      mapSize: mapSizeBytes,
      pageSize: pageBytes, // for a new environment; an existing one keeps its own
      maxDbs: 4,
      noSync: !syncs,
      overlappingSync: false,
      eventTurnBatching: false,
      noMemInit: true,
      ...binary,
    });
    this.entries = this.#root.openDB<Buffer, Buffer>({
      name: "entries",
      useVersions: true,
      keyEncoding: "binary",
      ...copied,
    });
    this.oldPayloads = this.#root.openDB<Buffer, Buffer>({ name: "payloads", ...binary });
    this.state = new LogState(this.#root.openDB<Buffer, Buffer>({ name: "log", ...binary }));
    this.#file = openSync(join(folder, dataFileName), constants.O_RDWR);
    this.#lockFile = openLockFile(folder);
  }

  /** Begins a new snapshot for the reads that follow. */
  renew(): void {
    // Without the reset, a commit of another process stays invisible for milliseconds (measured:
    // 92 % of reads stale).
    this.entries.resetReadTxn();
  }

  /** Reads an entry, in the transaction or in the snapshot. */
  read(key: Buffer): StoredEntry | undefined {
    const stored = this.entries.getBinaryFast(key);
    if (stored === undefined) return undefined;
    // lmdb returns a plain Uint8Array for 16 KiB and more.
    return { stored: asBuffer(stored), version: getLastVersion() };
  }

  /**
   * Whether LMDB's shared transaction number follows the last commit. A process that opens the
   * environment while another commits sets the number back (findings/lmdb-open-beside-writes.sh).
   * It sets it right when it opens the environment once more.
   */
  isInStep(): boolean {
    return this.#root.transactionSync(() => this.#isInStep(transactionOf(this.readMeta())));
  }

  // The shared number can be set right again while this transaction has begun with a wrong one. The
  // state then shows whether this transaction builds on the last commit.
  #isInStep(last: number): boolean {
    return readSharedTransaction(this.#lockFile.file) === last && this.state.readNumber() === last;
  }

  /**
   * Stores the number of the last transaction, which a new environment, a copy, or one that was
   * returned to a snapshot lacks. Does nothing unless `isUnused`, which is called when no other
   * process can write.
   */
  renumber(isUnused: () => boolean): void {
    this.#root.transactionSync(() => {
      if (isUnused()) this.state.renumber(transactionOf(this.readMeta()) + 1);
    });
  }

  /**
   * Runs `work` in a transaction. No other process writes meanwhile. A throw undoes it. Work that
   * writes must store the state.
   */
  transact<T>(work: () => T): T {
    for (let tries = 1; ; tries += 1) {
      try {
        return this.#root.transactionSync(() => {
          const last = transactionOf(this.readMeta());
          if (!this.#isInStep(last)) throw new OutOfStepError();
          this.#transaction = last + 1;
          return work();
        });
      } catch (cause) {
        if (!(cause instanceof OutOfStepError) || tries === maxSteps) throw cause;
        // The process that has set the number back is about to set it right.
        Atomics.wait(stepPause, 0, 0, stepPauseMs);
      }
    }
  }

  /** The number of this process's last transaction that writes; 0 before the first. */
  get transaction(): number {
    return this.#transaction;
  }

  /** Stores the end of the log and the deletions of its last record. Call it in a transaction. */
  writeState(log: LogEnd, last: LastRecord): void {
    this.state.write(this.#transaction, log, last);
  }

  /** Applies a write that the record at `at` holds. Call it in a transaction. */
  apply(write: LoggedWrite, at: LogEnd, effects: Effects): void {
    const key = asBuffer(write.key);
    const old = this.read(key)?.stored;
    if (old !== undefined) {
      effects.countUse(useOf(old, key.length), -1);
      if (old[0] === forms.oldWithPayload) this.oldPayloads.removeSync(key);
    }
    if (write.kind === "delete") {
      if (old === undefined) return;
      effects.deleted.add(key[0] ?? 0);
      this.entries.removeSync(key);
      return;
    }
    const { value, payload, payloadPosition, version } = write;
    const stored = encodeStored({ at, value, payload, payloadPosition });
    effects.countUse(useOf(stored, key.length), 1);
    this.entries.putSync(key, stored, version);
  }

  /** The meta page of the newest snapshot. Call it in a transaction. */
  readMeta(): Buffer {
    return readNewestMeta(this.#file);
  }

  /** Resolves when all transactions that ended before the call are on disk. */
  sync(): Promise<void> {
    return syncData(this.#file);
  }

  /** Syncs, and blocks until all transactions are on disk. */
  syncNow(): void {
    fdatasyncSync(this.#file);
  }

  /** Holds the newest snapshot. */
  pin(): Pin {
    this.renew();
    const transaction = this.#root.useReadTransaction();
    const { position } = this.state.read();
    let isHeld = true;
    const release = (): void => {
      if (isHeld) transaction.done();
      isHeld = false;
    };
    return { position, release };
  }

  /** The ids of the other processes that hold a snapshot now; each that writes holds one. */
  otherHolders(): readonly number[] {
    this.#root.readerCheck();
    // A line has the id of a process, of a thread, and of a snapshot, or "-" where none is held.
    const lines = this.#root.readerList().split("\n");
    return lines
      .map((line) => line.trim().split(/\s+/))
      .filter(([id, , snapshot]) => Number(id) > 0 && snapshot !== "-")
      .map(([id]) => Number(id))
      .filter((id) => id !== process.pid);
  }

  /** Copies a snapshot into an empty folder, without the pages that are free. */
  async backup(folder: string): Promise<void> {
    const copy = new LmdbIndex({ folder, mapSizeBytes: this.#mapSizeBytes, syncs: false });
    try {
      await copy.copyFrom(this.#root);
      copy.syncNow();
    } finally {
      await copy.close();
    }
  }

  /** Copies a snapshot of another environment into this new one. */
  async copyFrom(root: RootDatabase<Buffer, Buffer>): Promise<void> {
    await copyDatabases(root, this.#root);
    this.renumber(() => true);
  }

  async close(): Promise<void> {
    await this.#root.close();
    closeSync(this.#file);
    this.#lockFile.close();
  }
}
