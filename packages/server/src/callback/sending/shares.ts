// How many callbacks are under way, in all and to each endpoint. An endpoint may hold as many
// places as are still free. One endpoint can thus hold half of all places, and a second one half of
// the rest. To fill 1,000 places takes ten endpoints that hang.

/** Shares of the callbacks that may be under way. */
export class Shares {
  readonly #counts = new Map<string, number>();
  #all = 0;

  /** Callbacks under way in all. */
  get all(): number {
    return this.#all;
  }

  /** Callbacks under way to an endpoint, by the URL that is being tried. */
  of(endpoint: string): number {
    return this.#counts.get(endpoint) ?? 0;
  }

  /** Whether one more callback to an endpoint may begin, where `max` may be under way in all. */
  haveRoomFor(endpoint: string, max: number): boolean {
    return this.of(endpoint) < max - this.#all;
  }

  /** Whether a callback that {@link all} counts already may try an endpoint. */
  admit(endpoint: string, max: number): boolean {
    return this.of(endpoint) <= max - this.#all;
  }

  /** Counts a callback as long as it is under way. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#all += 1;
    try {
      return await work();
    } finally {
      this.#all -= 1;
    }
  }

  /** Counts the attempt of a callback at an endpoint as long as it is under way. */
  async attempting<T>(endpoint: string, work: () => Promise<T>): Promise<T> {
    this.#counts.set(endpoint, this.of(endpoint) + 1);
    try {
      return await work();
    } finally {
      const left = this.of(endpoint) - 1;
      if (left > 0) this.#counts.set(endpoint, left);
      else this.#counts.delete(endpoint);
    }
  }
}
