// The blob port: immutable byte strings under fresh names. Records say what uses a blob; this port
// only keeps bytes.

import { fillWithChance } from "./chance.ts";

/** A blob's name: 16 bytes, time-ordered, never reused. */
export type BlobRef = Uint8Array;

/** Receives one blob's bytes. */
export interface BlobWriter {
  /** Takes the next bytes; resolves when more are welcome. The buffer may be reused after that. */
  readonly write: (chunk: Uint8Array) => Promise<void>;
  /** Resolves when all bytes, and the blob's name, are on disk. */
  readonly finish: () => Promise<void>;
  /** Gives up: what was written is removed as far as possible, and never counts. */
  readonly abort: () => Promise<void>;
}

/** Part of a blob. */
export interface BlobSlice {
  readonly offset: number;
  readonly length: number;
}

/** Memory for one chunk of a read. */
export interface ChunkLoan {
  /** What the chunk is read into; its length is the most that the chunk may have. */
  readonly buffer: Uint8Array;
  /** The reader is done with the chunk. */
  readonly end: () => void;
}

/** Bounds the memory of reads: lends memory for a chunk, perhaps less than is wanted. */
export type LendChunk = (wantedBytes: number) => ChunkLoan;

/** The port. */
export interface BlobStore {
  /** Starts a blob. Its intent must be committed before. */
  readonly create: (ref: BlobRef) => Promise<BlobWriter>;
  /**
   * Opens a slice, so that a missing blob fails here (BlobMissingError), and reads it chunk by
   * chunk; `return()` closes it unread.
   */
  readonly read: (
    ref: BlobRef,
    slice: BlobSlice,
    lend?: LendChunk,
  ) => Promise<AsyncIterable<Uint8Array>>;
  /** Removes blobs. One that is not there is no error. */
  readonly remove: (refs: readonly BlobRef[]) => Promise<void>;
  /** Every blob there is; only for `verify`. */
  readonly scan: () => AsyncIterable<{ readonly ref: BlobRef; readonly sizeBytes: number }>;
}

/** A blob that a record names is not there. */
export class BlobMissingError extends Error {
  override readonly name: string = "BlobMissingError";
}

let lastRefTime = 0;

/**
 * Mints a blob's name: 6 bytes of milliseconds since 1970 in big endian order at the front, then
 * chance.
 */
export function mintRef(): BlobRef {
  const ref = new Uint8Array(16);
  fillWithChance(ref);
  lastRefTime = Math.max(Date.now(), lastRefTime);
  new DataView(ref.buffer).setUint32(0, Math.floor(lastRefTime / 65_536));
  new DataView(ref.buffer).setUint16(4, lastRefTime % 65_536);
  return ref;
}
