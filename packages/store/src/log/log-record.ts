// The records of the write-ahead log. A record holds the writes of one group of commits, in their
// order. Records form a chain: each holds the checksum of the record before it, so that bytes left
// over from an earlier use of the same place are never taken for a record.
import { crc32 } from "node:zlib";
import type { Put } from "../metadata-store.ts";

/** Where a record begins or ends. */
export interface LogEnd {
  /** Bytes from the beginning of the log. */
  readonly position: number;
  /** The segment in which the last record lies, by the position of its first byte. */
  readonly segment: number;
  /** Checksum of the record that ends there; 0 at the beginning of the log. */
  readonly checksum: number;
}

/** A put, read from the log. */
export interface LoggedPut extends Put {
  readonly kind: "put";
  readonly version: number;
  /** Where the payload begins in the log, and its segment. */
  readonly payloadPosition: number;
  readonly segment: number;
}

/** A write, read from the log. */
export type LoggedWrite = LoggedPut | { readonly kind: "delete"; readonly key: Uint8Array };

/** "OSLG" in little-endian order. */
const magic = 0x474c_534f;

/**
 * Bytes before a record's writes: magic (4), bytes of the writes (4), position (8), checksum of the
 * record before (4), checksum (4).
 */
export const recordHeaderBytes = 24;
const checksumAt = 20;

const kinds = { put: 1, delete: 2 } as const;

/** Kind (1), version (8), lengths of key (2), value (4), and payload plus one (4). */
const putHeaderBytes = 19;
/** Kind (1), length of the key (2). */
const deleteHeaderBytes = 3;

/** Bytes that a put takes in a record. */
export function putBytes(lengths: {
  readonly key: number;
  readonly value: number;
  readonly payload: number;
}): number {
  return putHeaderBytes + lengths.key + lengths.value + lengths.payload;
}

/** Bytes that a delete takes in a record. */
export function deleteBytes(keyBytes: number): number {
  return deleteHeaderBytes + keyBytes;
}

/** Builds records, one after another, in memory that it reuses. */
export class RecordBuilder {
  #buffer: Buffer = Buffer.allocUnsafeSlow(262_144);
  #length = 0;
  #from: LogEnd = { position: 0, segment: 0, checksum: 0 };

  /** Begins a record behind `from`, whose writes take at most `bytes`. */
  begin(from: LogEnd, bytes: number): void {
    const needed = recordHeaderBytes + bytes;
    if (this.#buffer.length < needed) this.#buffer = Buffer.allocUnsafeSlow(needed);
    this.#from = from;
    this.#length = recordHeaderBytes;
  }

  get isEmpty(): boolean {
    return this.#length === recordHeaderBytes;
  }

  /** Adds a put. Returns where its payload begins in the log. */
  put(version: number, { key, value, payload }: Put): number {
    const buffer = this.#buffer;
    let at = this.#length;
    buffer[at] = kinds.put;
    buffer.writeDoubleLE(version, at + 1);
    buffer.writeUInt16LE(key.length, at + 9);
    buffer.writeUInt32LE(value.length, at + 11);
    buffer.writeUInt32LE(payload === undefined ? 0 : payload.length + 1, at + 15);
    at += putHeaderBytes;
    buffer.set(key, at);
    at += key.length;
    buffer.set(value, at);
    at += value.length;
    if (payload !== undefined) buffer.set(payload, at);
    this.#length = at + (payload?.length ?? 0);
    return this.#from.position + at;
  }

  /** Adds a delete. */
  delete(key: Uint8Array): void {
    this.#buffer[this.#length] = kinds.delete;
    this.#buffer.writeUInt16LE(key.length, this.#length + 1);
    this.#buffer.set(key, this.#length + deleteHeaderBytes);
    this.#length += deleteBytes(key.length);
  }

  /** Ends the record. The bytes are valid until the next record begins. */
  finish(): { readonly bytes: Buffer; readonly from: LogEnd; readonly end: LogEnd } {
    const { position, segment, checksum } = this.#from;
    const bytes = this.#buffer.subarray(0, this.#length);
    bytes.writeUInt32LE(magic, 0);
    bytes.writeUInt32LE(this.#length - recordHeaderBytes, 4);
    bytes.writeDoubleLE(position, 8);
    bytes.writeUInt32LE(checksum, 16);
    const own = checksumOf(bytes);
    bytes.writeUInt32LE(own, checksumAt);
    const end = { position: position + this.#length, segment, checksum: own };
    return { bytes, from: this.#from, end };
  }
}

function checksumOf(record: Buffer): number {
  return crc32(record.subarray(recordHeaderBytes), crc32(record.subarray(0, checksumAt)));
}

/**
 * The length of the record that continues a log at `from`, by the record's header. Undefined when
 * the header is not that of such a record.
 */
export function recordLength(header: Buffer, from: LogEnd): number | undefined {
  const continues =
    header.length >= recordHeaderBytes &&
    header.readUInt32LE(0) === magic &&
    header.readDoubleLE(8) === from.position &&
    header.readUInt32LE(16) === from.checksum;
  return continues ? recordHeaderBytes + header.readUInt32LE(4) : undefined;
}

/** Where the log continues behind a record. Undefined when the record's checksum does not match. */
export function recordEnd(record: Buffer, segment: number): LogEnd | undefined {
  const checksum = record.readUInt32LE(checksumAt);
  if (checksumOf(record) !== checksum) return undefined;
  return { position: record.readDoubleLE(8) + record.length, segment, checksum };
}

/**
 * The writes of a record, in `segment`, whose checksum matches. They share the record's memory.
 */
export function* writesOf(record: Buffer, segment: number): Generator<LoggedWrite> {
  const position = record.readDoubleLE(8);
  for (let at = recordHeaderBytes; at < record.length;) {
    if (record[at] === kinds.delete) {
      const end = at + deleteBytes(record.readUInt16LE(at + 1));
      yield { kind: "delete", key: record.subarray(at + deleteHeaderBytes, end) };
      at = end;
      continue;
    }
    const version = record.readDoubleLE(at + 1);
    const keyEnd = at + putHeaderBytes + record.readUInt16LE(at + 9);
    const valueEnd = keyEnd + record.readUInt32LE(at + 11);
    const payloadBytes = record.readUInt32LE(at + 15) - 1;
    const end = valueEnd + Math.max(payloadBytes, 0);
    yield {
      kind: "put",
      version,
      key: record.subarray(at + putHeaderBytes, keyEnd),
      value: record.subarray(keyEnd, valueEnd),
      ...(payloadBytes < 0 ? {} : { payload: record.subarray(valueEnd, end) }),
      payloadPosition: position + valueEnd,
      segment,
    };
    at = end;
  }
}
