// Bounds on memory that requests share in one process. A budget counts bytes; it does not hold
// them.

/**
 * A number of bytes that its users share. When a user's bytes do not fit, the user decides: it
 * waits, refuses the request, or uses less memory.
 */
export class ByteBudget {
  readonly maxBytes: number;
  #used = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Bytes in use. */
  get used(): number {
    return this.#used;
  }

  /** Takes bytes. Returns false, and takes none, when they do not fit. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.maxBytes) return false;
    this.#used += bytes;
    return true;
  }

  /** Gives bytes back. */
  give(bytes: number): void {
    this.#used -= bytes;
  }
}

/** One user's part of a {@link SharedBudget}. */
export interface BudgetShare {
  /** Sets the total number of bytes that the user holds. */
  readonly hold: (bytes: number) => void;
  /** Releases all bytes of the user. */
  readonly release: () => void;
}

interface Holder {
  readonly evict: () => void;
  bytes: number;
}

/**
 * A number of bytes that users hold until their clients have sent or read them. When the sum
 * exceeds the bound, the user that holds the most is evicted. A client that holds little is
 * therefore not affected by clients that hold much and stall.
 */
export class SharedBudget {
  readonly maxBytes: number;
  readonly #holders = new Set<Holder>();
  #used = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Bytes in use. */
  get used(): number {
    return this.#used;
  }

  /** Opens a user's part; `evict` must let go of the bytes at once. */
  open(evict: () => void): BudgetShare {
    const holder: Holder = { evict, bytes: 0 };
    const release = (): void => {
      this.#used -= holder.bytes;
      holder.bytes = 0;
      this.#holders.delete(holder);
    };
    return {
      hold: (bytes) => {
        if (bytes === holder.bytes) return;
        this.#holders.add(holder);
        this.#used += bytes - holder.bytes;
        holder.bytes = bytes;
        while (this.#used > this.maxBytes) this.#evictLargest();
      },
      release,
    };
  }

  #evictLargest(): void {
    let largest: Holder | undefined;
    for (const holder of this.#holders) {
      if (holder.bytes > (largest?.bytes ?? 0)) largest = holder;
    }
    if (largest === undefined) return;
    this.#used -= largest.bytes;
    largest.bytes = 0;
    this.#holders.delete(largest);
    largest.evict();
  }
}
