// The blob port: immutable byte strings under fresh names. Records say what uses a blob; this port
// only keeps bytes.

import { fillWithChance } from "./chance.ts";

/** A blob's name: 16 bytes, time-ordered, never reused. */
export type BlobRef = Uint8Array;

/** Receives one blob's bytes. */
export interface BlobWriter {
  /**
   * Writes the next bytes. Resolves when the writer accepts more; the caller may then reuse the
   * buffer.
   */
  readonly write: (chunk: Uint8Array) => Promise<void>;
  /** Resolves when all bytes, and the blob's name, are on disk. */
  readonly finish: () => Promise<void>;
  /** Abandons the blob and removes its bytes if possible. No record may refer to it. */
  readonly abort: () => Promise<void>;
}

/** Part of a blob. */
export interface BlobSlice {
  readonly offset: number;
  readonly length: number;
}

/** Memory for one chunk of a read. */
export interface ChunkLoan {
  /** The buffer into which the chunk is read. The chunk is at most as long as the buffer. */
  readonly buffer: Uint8Array;
  /** Whether the buffer begins at a page, as reads past the page cache need. */
  readonly isAligned?: boolean;
  /** Returns the memory. The store calls it when the reader is done with the chunk. */
  readonly end: () => void;
}

/**
 * Lends memory for one chunk, so that the memory of reads is bounded. The buffer may be smaller
 * than `wantedBytes`.
 */
export type LendChunk = (wantedBytes: number) => ChunkLoan;

/** The port. */
export interface BlobStore {
  /** Starts a blob. Its intent must be committed before. */
  readonly create: (ref: BlobRef) => Promise<BlobWriter>;
  /**
   * Opens a slice and reads it chunk by chunk. The reader may change a chunk until it calls for the
   * next one. A missing blob fails here with BlobMissingError, before the first chunk. `return()`
   * closes the slice early.
   */
  readonly read: (
    ref: BlobRef,
    slice: BlobSlice,
    lend?: LendChunk,
  ) => Promise<AsyncIterable<Uint8Array>>;
  /** Removes blobs. A missing blob is not an error. */
  readonly remove: (refs: readonly BlobRef[]) => Promise<void>;
  /** Lists every blob; only for `verify` and for erasing a whole store. */
  readonly scan: () => AsyncIterable<{ readonly ref: BlobRef; readonly sizeBytes: number }>;
}

/** A blob that a record names is missing, or shorter than the record says. */
export class BlobMissingError extends Error {
  override readonly name: string = "BlobMissingError";
}

/** A blob's bytes are not those that were written. */
export class BlobDamagedError extends Error {
  override readonly name: string = "BlobDamagedError";
}

let lastRefTime = 0;

/**
 * Mints a blob's name. Its first 6 bytes are the milliseconds since 1970, big-endian; the others
 * are random.
 */
export function mintRef(): BlobRef {
  const ref = new Uint8Array(16);
  fillWithChance(ref);
  lastRefTime = Math.max(Date.now(), lastRefTime);
  new DataView(ref.buffer).setUint32(0, Math.floor(lastRefTime / 65_536));
  new DataView(ref.buffer).setUint16(4, lastRefTime % 65_536);
  return ref;
}
