// What the index holds about the log: its end, the last deletions, and the use of segments.
import type { Database } from "lmdb";
import type { LogEnd } from "../log/log-record.ts";
import type { LogUse } from "../log/stored-value.ts";
import { copyOf } from "./lmdb-bytes.ts";

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
/** Where the state holds the number of the transaction that wrote it. */
const transactionAt = logEndBytes + deletionSlots * positionBytes;
const stateBytes = transactionAt + positionBytes;

/** The kinds of keys from `from` on, to `to`, which is not included unless it is `from` itself. */
export interface KeyKinds {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

/** Where the last record begins, and what it changes. */
export interface LastRecord {
  readonly position: number;
  readonly effects: Effects;
}

/** The state of the log, in a database of its own. */
export class LogState {
  readonly #log: Database<Buffer, Buffer>;

  constructor(log: Database<Buffer, Buffer>) {
    this.#log = log;
  }

  /** Reads the end of the last record that the index holds, in the transaction or snapshot. */
  read(): LogEnd {
    const bytes = this.#log.getBinaryFast(stateKey);
    if (bytes === undefined) return { position: 0, segment: 0, checksum: 0 };
    return {
      position: bytes.readUIntLE(0, 6),
      segment: bytes.readUIntLE(6, 6),
      checksum: bytes.readUInt32LE(12),
    };
  }

  /** The number of the transaction that wrote the state; undefined in one of an earlier version. */
  readNumber(): number | undefined {
    const bytes = this.#log.getBinaryFast(stateKey);
    if (bytes === undefined || bytes.length < stateBytes) return undefined;
    return bytes.readUIntLE(transactionAt, positionBytes);
  }

  /**
   * The position of the last record that deleted a key of these kinds; 0 if there was none. It may
   * be too high, because kinds can share a slot.
   */
  lastDeletion({ from, to }: KeyKinds): number {
    const bytes = this.#log.getBinaryFast(stateKey);
    if (bytes === undefined) return 0;
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

  /** Stores the number of a transaction, and leaves the rest. Call it in the transaction. */
  renumber(transaction: number): void {
    const bytes = this.#copy();
    bytes.writeUIntLE(transaction, transactionAt, positionBytes);
    this.#log.putSync(stateKey, bytes);
  }

  /**
   * Stores the number of a transaction, the end of the log, and the deletions of its last record.
   * Call it in the transaction.
   */
  write(transaction: number, log: LogEnd, last: LastRecord): void {
    const bytes = this.#copy();
    bytes.writeUIntLE(log.position, 0, 6);
    bytes.writeUIntLE(log.segment, 6, 6);
    bytes.writeUInt32LE(log.checksum, 12);
    bytes.writeUIntLE(transaction, transactionAt, positionBytes);
    for (const first of last.effects.deleted) {
      bytes.writeUIntLE(last.position, slotOffset(first), positionBytes);
    }
    this.#log.putSync(stateKey, bytes);
  }

  #copy(): Buffer {
    const bytes = Buffer.alloc(stateBytes);
    const found = this.#log.getBinaryFast(stateKey);
    if (found !== undefined) copyOf(found).copy(bytes);
    return bytes;
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
