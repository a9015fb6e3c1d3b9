// Caches which bucket a name stood for last, so that a request reads everything in one snapshot and
// decodes only records that have changed. A request that reads compares a hint's versions with
// those that it reads. An upload that goes without the read leaves that to its commit
// (request/run-on-guess.ts).
import { LRUCache } from "lru-cache";
import type { Bucket } from "./bucket.ts";

/** Most names remembered. */
const maxHints = 10_000;

/** Most bytes of delivery policies remembered. */
const maxPolicyBytes = 16_777_216;

/** A bucket's records under their versions. */
export type BucketHint = Pick<Bucket, "id" | "record" | "recordVersion" | "gate" | "gateVersion">;

/** When to guess a bucket. */
export interface Guessing {
  /**
   * For how long after a look-up a bucket is guessed, in milliseconds. 0, the default, means that
   * every upload reads: a data folder is read in microseconds.
   */
  readonly guessForMs: number;
  /** Monotonic time in milliseconds. */
  readonly now: () => number;
}

/**
 * How long a node guesses a bucket that it shares with other nodes, in milliseconds. Nodes of this
 * version touch the gate whenever they change what an upload reads, so that a wrong guess fails.
 * Earlier nodes did not: beside one of them, an upload may follow a delivery policy, or a rule
 * about `Vary`, that was replaced this long ago.
 */
export const sharedGuessMs = 10_000;

/** Over how many of the last uploads the share of new keys is averaged. */
const averagedUploads = 16;

/**
 * From which share of new keys guesses are worthwhile. A right guess saves one round trip to the
 * database of two, and a wrong guess adds one.
 */
const worthwhileShare = 0.5;

/** What an upload has read of a bucket. */
interface Remembered {
  readonly bucket: Bucket;
  readonly sinceMs: number;
}

/** The hints by bucket name. */
export class BucketHints {
  readonly #hints = new LRUCache<string, BucketHint>({ max: maxHints });
  readonly #remembered = new LRUCache<string, Remembered>({
    max: maxHints,
    maxSize: maxPolicyBytes,
  });
  readonly #newKeyShares = new LRUCache<string, number>({ max: maxHints });
  readonly #guessing: Guessing;
  /** The id of the store's own account. */
  readonly ownAccountId: string;

  constructor(ownAccountId: string, guessing: Guessing = { guessForMs: 0, now: () => 0 }) {
    this.ownAccountId = ownAccountId;
    this.#guessing = guessing;
  }

  /** The current time, for {@link BucketHints.remember}. */
  now(): number {
    return this.#guessing.now();
  }

  get(name: string): BucketHint | undefined {
    return this.#hints.get(name);
  }

  set(name: string, { id, record, recordVersion, gate, gateVersion }: BucketHint): void {
    this.#hints.set(name, { id, record, recordVersion, gate, gateVersion });
  }

  /**
   * Remembers all that an upload reads of a bucket. The snapshot began at `sinceMs`, and its
   * delivery policy has `policyBytes`.
   */
  remember(
    bucket: Bucket,
    { sinceMs, policyBytes }: { readonly sinceMs: number; readonly policyBytes: number },
  ): void {
    if (this.#guessing.guessForMs === 0) return;
    this.#remembered.set(bucket.name, { bucket, sinceMs }, { size: policyBytes + 1 });
  }

  /** Drops what an upload has read of a bucket that may have changed. */
  drop(name: string): void {
    this.#remembered.delete(name);
  }

  /** The bucket that an upload may assume; undefined when it must read. */
  guess(name: string): Bucket | undefined {
    const remembered = this.#remembered.get(name);
    if (remembered === undefined || this.#newKeyShare(name) < worthwhileShare) return undefined;
    const { bucket, sinceMs } = remembered;
    if (this.now() - sinceMs >= this.#guessing.guessForMs) return undefined;
    return bucket.gate.state === "active" ? { ...bucket, isGuess: true } : undefined;
  }

  /**
   * Tells whether an upload's key was new. A guess assumes that it is: guesses stop while most keys
   * of the bucket exist.
   */
  noteKey(name: string, isNew: boolean): void {
    if (this.#guessing.guessForMs === 0) return;
    const share = this.#newKeyShare(name);
    this.#newKeyShares.set(name, share + ((isNew ? 1 : 0) - share) / averagedUploads);
  }

  #newKeyShare(name: string): number {
    return this.#newKeyShares.get(name) ?? 1;
  }
}
