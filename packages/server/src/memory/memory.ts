// The memory that requests may take in one process: a named bound for each use
// (docs/decisions/0016). These bounds exclude what a connection itself holds: the heads of its
// pipelined requests (32 KiB each), 64 KiB of bytes read ahead, and one read of at most 16 KiB.
// `maxConnections` bounds the number of connections.
import { ByteBudget, SharedBudget } from "./byte-budget.ts";
import { ChunkPool } from "./chunk-pool.ts";
import { PiecePool } from "./piece-pool.ts";

/** Bytes of a MiB, the unit of settings. */
export const mebibyte = 1_048_576;

/**
 * Default of `--body-memory`, in MiB. It lets 4 uploads run at full speed, with four pieces each.
 * More uploads share the pieces.
 */
export const defaultBodyMemory = 16;

/**
 * Default of `--unverified-memory`, in MiB: two forms with the largest fields, or thousands of
 * common ones.
 */
export const defaultUnverifiedMemory = 16;

/**
 * Bytes of small bodies that arrive at the same time; one that does not fit becomes a blob. We
 * chose 512 bodies of the largest size.
 */
const smallBodiesBytes = 16 * mebibyte;

/**
 * Bytes of XML documents and of verified forms' fields. We chose eight documents of OSS's largest
 * size.
 */
const documentsBytes = 16 * mebibyte;

/**
 * Bytes that were read from blobs and wait for their clients. When they are used up, reads get
 * smaller. We chose 32 chunks: a download has up to two, or three past the page cache.
 */
const readAheadBytes = 8 * mebibyte;

/**
 * Bytes of complete answers that wait for their clients. When the sum exceeds this bound, the
 * connection with the largest answer is closed. We chose some hundred listings.
 */
const answersBytes = 32 * mebibyte;

/** The shared bounds of one process. */
export interface Memory {
  /** Bodies on the way to the disk. */
  readonly pieces: PiecePool;
  /** Bodies that may still travel in the metadata commit. */
  readonly smallBodies: ByteBudget;
  /** Fields of upload forms and STS requests whose signature is not verified yet. */
  readonly unverified: SharedBudget;
  readonly documents: ByteBudget;
  readonly readAhead: ChunkPool;
  readonly answers: SharedBudget;
}

/** Sizes in MiB. */
export interface MemorySettings {
  readonly bodyMemory: number;
  readonly unverifiedMemory: number;
}

/** The bounds of a process. */
export function createMemory({ bodyMemory, unverifiedMemory }: MemorySettings): Memory {
  return {
    pieces: new PiecePool(bodyMemory),
    smallBodies: new ByteBudget(smallBodiesBytes),
    unverified: new SharedBudget(unverifiedMemory * mebibyte),
    documents: new ByteBudget(documentsBytes),
    readAhead: new ChunkPool(readAheadBytes),
    answers: new SharedBudget(answersBytes),
  };
}
