// The LMDB environment under the metadata store: its databases, reads of snapshots, and writes in
// transactions. LMDB syncs nothing here. The log makes commits durable, and checkpoints the index.
import { closeSync, constants, fdatasync, fdatasyncSync, openSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Database, getLastVersion, open, type RootDatabase } from "lmdb";
import type { LogEnd, LoggedWrite } from "../log/log-record.ts";
import { encodeStored, forms, type LogUse, useOf } from "../log/stored-value.ts";
import { readNewestMeta, transactionOf } from "./lmdb-meta.ts";

/** The environment's data file, in its folder. */
export const dataFileName = "data.mdb";

/** A record as it is stored. The bytes are valid until the next read. */
export interface StoredEntry {
  readonly version: number;
  readonly stored: Buffer;
}

/** The kinds of keys from `from` on, to `to`, which is not included unless it is `from` itself. */
export interface KeyKinds {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
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

const stateKey = Buffer.from("state");
/** First byte of the keys of segments. */
const segmentPrefix = 1;
const logEndBytes = 16;
const positionBytes = 6;
/**
 * Slots of the state. A key's slot is its first byte, the kind of its record, modulo this. A slot
 * holds the position of the last record that deleted such a key.
 */
const deletionSlots = 32;
const stateBytes = logEndBytes + deletionSlots * positionBytes;
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
  /** The state of the log, and the bytes in use of each segment. */
  readonly #log: Database<Buffer, Buffer>;
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #file: number;
  #transaction = 0;
  /** Whether LMDB syncs each transaction itself. */
  readonly syncs: boolean;

  constructor({ folder, mapSizeBytes, syncs }: LmdbIndexOptions) {
    this.syncs = syncs;
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
    this.#log = this.#root.openDB<Buffer, Buffer>({ name: "log", ...binary });
    this.#file = openSync(join(folder, dataFileName), constants.O_RDWR);
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
    return stored === undefined ? undefined : { stored, version: getLastVersion() };
  }

  /** Reads the end of the last record that the index holds, in the transaction or snapshot. */
  readState(): { readonly log: LogEnd } {
    const bytes = this.#log.getBinaryFast(stateKey);
    if (bytes === undefined) return { log: { position: 0, segment: 0, checksum: 0 } };
    return {
      log: {
        position: bytes.readUIntLE(0, 6),
        segment: bytes.readUIntLE(6, 6),
        checksum: bytes.readUInt32LE(12),
      },
    };
  }

  /**
   * Whether LMDB's shared transaction number follows the last commit. A process that opens the
   * environment while another commits sets the number back (findings/lmdb-open-beside-writes.sh).
   * It sets it right when it opens the environment once more.
   */
  isInStep(): boolean {
    return this.#root.transactionSync(() => this.#follows(this.#root.getWriteTxnId()));
  }

  #follows(transaction: number): boolean {
    return transaction === transactionOf(this.readMeta()) + 1;
  }

  /** Runs `work` in a transaction. No other process writes meanwhile. A throw undoes it. */
  transact<T>(work: () => T): T {
    for (let tries = 1; ; tries += 1) {
      try {
        return this.#root.transactionSync(() => {
          this.#transaction = this.#root.getWriteTxnId();
          if (!this.#follows(this.#transaction)) throw new OutOfStepError();
          return work();
        });
      } catch (cause) {
        if (!(cause instanceof OutOfStepError) || tries === maxSteps) throw cause;
        // The process that has set the number back is about to set it right.
        Atomics.wait(stepPause, 0, 0, stepPauseMs);
      }
    }
  }

  /**
   * The position of the last record that deleted a key of these kinds; 0 if there was none. It may
   * be too high, because kinds can share a slot.
   */
  lastDeletion({ from, to }: KeyKinds): number {
    const bytes = this.#log.getBinaryFast(stateKey);
    if (bytes === undefined || bytes.length < stateBytes) return 0;
    const begin = from[0] ?? 0;
    // A single byte is the end of the kind before it.
    const end = (to[0] ?? 0) - (to.length === 1 && to !== from ? 1 : 0);
    const count = Math.min(end - begin + 1, deletionSlots);
    let last = 0;
    for (let step = 0; step < count; step += 1) {
      last = Math.max(last, bytes.readUIntLE(slotOffset(begin + step), positionBytes));
    }
    return last;
  }

  /** The number of this process's last transaction that writes; 0 before the first. */
  get transaction(): number {
    return this.#transaction;
  }

  /** Stores the end of the log and the deletions of its last record. Call it in a transaction. */
  writeState(log: LogEnd, last: { readonly position: number; readonly effects: Effects }): void {
    const found = this.#log.getBinaryFast(stateKey);
    const bytes = found === undefined ? Buffer.alloc(stateBytes) : copyOf(found);
    bytes.writeUIntLE(log.position, 0, 6);
    bytes.writeUIntLE(log.segment, 6, 6);
    bytes.writeUInt32LE(log.checksum, 12);
    for (const first of last.effects.deleted) {
      bytes.writeUIntLE(last.position, slotOffset(first), positionBytes);
    }
    this.#log.putSync(stateKey, bytes);
  }

  /** Applies a write that the record at `at` holds. Call it in a transaction. */
  apply(write: LoggedWrite, at: LogEnd, effects: Effects): void {
    const key = asBuffer(write.key);
    const old = this.entries.getBinaryFast(key);
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

  /** Stores how the use of segments has changed. Call it in a transaction. */
  applyUses({ uses }: Effects): void {
    for (const [segment, change] of uses) {
      const key = segmentKey(segment);
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE((this.#log.getBinaryFast(key)?.readDoubleLE(0) ?? 0) + change);
      if (bytes.readDoubleLE(0) === 0) this.#log.removeSync(key);
      else this.#log.putSync(key, bytes);
    }
  }

  /** The bytes in use of each segment that is in use, in the snapshot. */
  usedSegments(): ReadonlyMap<number, number> {
    const used = new Map<number, number>();
    const range = { start: segmentKey(0), end: Buffer.from([segmentPrefix + 1]) };
    for (const { key, value } of this.#log.getRange(range)) {
      used.set(key.readUIntBE(1, 6), value.readDoubleLE(0));
    }
    return used;
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
    const { position } = this.readState().log;
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
  backup(folder: string): Promise<void> {
    return this.#root.backup(folder, true);
  }

  async close(): Promise<void> {
    await this.#root.close();
    closeSync(this.#file);
  }
}

/** What a record changes beside its entries. */
export class Effects {
  /** Changes of the bytes in use, by segment. */
  readonly uses: Map<number, number> = new Map();
  /** The first bytes of the keys that it deletes. */
  readonly deleted: Set<number> = new Set();

  /** Adds what an entry keeps in use (1), or no longer keeps in use (-1). */
  countUse(use: LogUse | undefined, sign: 1 | -1): void {
    if (use === undefined) return;
    this.uses.set(use.segment, (this.uses.get(use.segment) ?? 0) + sign * use.bytes);
  }
}

function slotOffset(firstByte: number): number {
  return logEndBytes + (firstByte % deletionSlots) * positionBytes;
}

function segmentKey(segment: number): Buffer {
  const key = Buffer.alloc(7);
  key[0] = segmentPrefix;
  key.writeUIntBE(segment, 1, 6);
  return key;
}

/**
 * Copies bytes from lmdb's read buffer. The next read overwrites that buffer, and its memory is
 * longer than its `length`. The binding's own copies cost as much as the reading.
 */
export function copyOf(
  shared: Buffer,
  [from, to]: readonly [from: number, to: number] = [0, shared.length],
): Buffer {
  const copy = Buffer.allocUnsafe(to - from);
  copy.set(new Uint8Array(shared.buffer, shared.byteOffset + from, to - from));
  return copy;
}

/** The same bytes as a Buffer, which `lmdb` takes. */
export function asBuffer(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
