// Caches which bucket a name stood for last, so that a request reads everything in one snapshot and
// decodes only records that have changed. Every use of a hint compares its versions with those that
// were read. An upload may go without reading: its commit then compares them (request/guess.ts).
import { LRUCache } from "lru-cache";
import type { Bucket, Guess } from "./bucket.ts";

/** Most names remembered. */
const maxHints = 10_000;

/** A bucket's records under their versions. */
export type BucketHint = Pick<Bucket, "id" | "record" | "recordVersion" | "gate" | "gateVersion">;

/** When to guess a bucket. */
export interface Guessing {
  /**
   * For how long after a look-up a bucket is guessed, in milliseconds. 0, the default, means that
   * every upload reads: a data folder is read in microseconds.
   */
  readonly guessForMs: number;
  /** Milliseconds since any moment; they never go back. */
  readonly now: () => number;
}

/**
 * How long a node guesses a bucket that it shares with other nodes, in milliseconds. Nodes of this
 * version touch the gate whenever they change what an upload reads, so that a wrong guess fails.
 * Earlier nodes did not: beside one of them, an upload may follow a delivery policy, or a rule
 * about `Vary`, that was replaced this long ago.
 */
export const sharedGuessMs = 10_000;

/** A bucket as an upload read it. */
interface Read {
  readonly bucket: Bucket;
  readonly sinceMs: number;
}

/** The hints by bucket name. */
export class BucketHints {
  readonly #hints = new LRUCache<string, BucketHint>({ max: maxHints });
  readonly #reads = new LRUCache<string, Read>({ max: maxHints });
  readonly #newKeys = new LRUCache<string, number>({ max: maxHints });
  readonly #guessing: Guessing;

  constructor(guessing: Guessing = { guessForMs: 0, now: () => 0 }) {
    this.#guessing = guessing;
  }

  /** The time that {@link BucketHints.read} takes. */
  now(): number {
    return this.#guessing.now();
  }

  get(name: string): BucketHint | undefined {
    return this.#hints.get(name);
  }

  set(name: string, hint: BucketHint): void {
    this.#hints.set(name, hint);
  }

  /** Remembers all that an upload reads of a bucket, in one snapshot that began at `sinceMs`. */
  read(bucket: Bucket, sinceMs: number): void {
    if (this.#guessing.guessForMs > 0) this.#reads.set(bucket.name, { bucket, sinceMs });
  }

  /** The bucket that an upload may assume; undefined when it must read. */
  guess(name: string): (Bucket & { readonly guess: Guess }) | undefined {
    const read = this.#reads.get(name);
    if (read === undefined || this.#share(name) < worthwhileShare) return undefined;
    if (this.now() - read.sinceMs >= this.#guessing.guessForMs) return undefined;
    if (read.bucket.gate.state !== "active") return undefined;
    return { ...read.bucket, guess: { isBeingChecked: false } };
  }

  /**
   * Tells whether an upload's key was new. A guess assumes that it is: guesses stop while most keys
   * of the bucket exist.
   */
  noteKey(name: string, isNew: boolean): void {
    if (this.#guessing.guessForMs === 0) return;
    const share = this.#share(name);
    this.#newKeys.set(name, share + ((isNew ? 1 : 0) - share) / remembered);
  }

  #share(name: string): number {
    return this.#newKeys.get(name) ?? 1;
  }
}

/** Over how many of the last uploads the share of new keys is averaged. */
const remembered = 16;

/**
 * From which share of new keys guesses are worthwhile. A right guess saves one round trip to the
 * database of two, and a wrong guess adds one.
 */
const worthwhileShare = 0.5;
