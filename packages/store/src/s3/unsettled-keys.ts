// Keys of objects that may still appear, because an attempt to store them failed without an answer.
// A removal of such an object is not final, so its record must stay for the sweeper.

/**
 * How long a store may take to carry out a request that got no answer, in milliseconds. Ceph holds
 * requests back while too few of its disks serve. The sweeper removes blobs after an hour at the
 * earliest.
 */
const settleMs = 600_000;

/** Most keys that are kept; the oldest are dropped. */
const maxKeys = 100_000;

/** The keys of one process. */
export class UnsettledKeys {
  readonly #clock: () => number;
  /** When each key was added, oldest first. */
  readonly #added = new Map<string, number>();

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** Adds a key for ten minutes. */
  add(key: string): void {
    this.#added.delete(key);
    this.#added.set(key, this.#clock());
    for (const [oldest, addedMs] of this.#added) {
      const isOver = this.#clock() - addedMs > settleMs || this.#added.size > maxKeys;
      if (!isOver) break;
      this.#added.delete(oldest);
    }
  }

  /** Whether an object of this key may still appear. */
  has(key: string): boolean {
    const addedMs = this.#added.get(key);
    return addedMs !== undefined && this.#clock() - addedMs <= settleMs;
  }
}
