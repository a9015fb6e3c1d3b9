// The memory that requests may take in one process: a named bound for each use
// (docs/decisions/0016). What a connection itself holds is not in it: the heads of its
// pipelined requests, 32 KiB each, 64 KiB that were read ahead, and a read of 16 KiB at most;
// maxConnections bounds their number.
import { ByteBudget, SharedBudget } from "./byte-budget.ts";
import { ChunkPool } from "./chunk-pool.ts";
import { PiecePool } from "./piece-pool.ts";

/** Bytes of a MiB, the unit of settings. */
export const mebibyte = 1_048_576;

/**
 * Default of `--body-memory`, in MiB: 4 uploads of four pieces at full speed; more share the
 * pieces.
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
 * Bytes of blobs that have been read and not been taken by their clients; beyond it reads get
 * smaller. We chose 32 chunks.
 */
const readAheadBytes = 8 * mebibyte;

/**
 * Bytes of whole answers that their clients do not take; beyond it the largest is cut off. We chose
 * some hundred listings.
 */
const answersBytes = 32 * mebibyte;

/** The shared bounds of one process. */
export interface Memory {
  /** Bodies on the way to the disk. */
  readonly pieces: PiecePool;
  /** Bodies that may still travel in the metadata commit. */
  readonly smallBodies: ByteBudget;
  /** What no signature has vouched for yet. */
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
