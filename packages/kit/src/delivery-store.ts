// Records which deliveries were handled. A callback may arrive twice with the same id, after a
// crash or a retry. The second one gets the first one's answer, and the handler does not run again.

/** The state of a delivery at the moment of a claim. */
export type Claim =
  /** Not handled yet; the caller handles it now. */
  | { readonly kind: "new" }
  /** Another caller handles it at this moment. */
  | { readonly kind: "busy" }
  /** It was handled: its answer, as JSON. */
  | { readonly kind: "done"; readonly answer: string };

/**
 * Deliveries by id. On a database, `claim` is an insert that fails when the id exists. It must also
 * replace a claim that has not been settled for some time: the process that made it has crashed,
 * and the delivery could otherwise never be handled.
 */
export interface DeliveryStore {
  /**
   * Called before the handler. Of several callers that claim one id at once, exactly one gets
   * `new`.
   */
  readonly claim: (id: string) => Promise<Claim>;
  /** Called when the handler has answered; the answer is JSON. */
  readonly settle: (id: string, answer: string) => Promise<void>;
  /** Called when the handler has thrown or refused, so that the next attempt is handled. */
  readonly release: (id: string) => Promise<void>;
}

/** How a {@link MemoryDeliveryStore} is bounded. */
export interface MemoryDeliveryOptions {
  /**
   * How long an id is kept, in seconds. It must be longer than the store retries a callback.
   * Default one day.
   */
  readonly ttlSeconds?: number;
  /**
   * How long an unsettled claim blocks other callers, in seconds. It must be longer than the
   * handler takes. Default 60.
   */
  readonly claimSeconds?: number;
  /** Most ids. The oldest are removed first, except those being handled. Default 100,000. */
  readonly maxDeliveries?: number;
  /** Milliseconds since 1970; for tests. */
  readonly nowMs?: () => number;
}

/** Keeps deliveries in memory, for an application of one process and until it restarts. */
export class MemoryDeliveryStore implements DeliveryStore {
  readonly #ttlMs: number;
  readonly #claimMs: number;
  readonly #max: number;
  readonly #nowMs: () => number;
  /** In the order of their claims. */
  readonly #known = new Map<string, Known>();

  constructor({
    ttlSeconds = 86_400,
    claimSeconds = 60,
    maxDeliveries = 100_000,
    nowMs = Date.now,
  }: MemoryDeliveryOptions = {}) {
    this.#ttlMs = ttlSeconds * 1_000;
    this.#claimMs = claimSeconds * 1_000;
    this.#max = maxDeliveries;
    this.#nowMs = nowMs;
  }

  claim(id: string): Promise<Claim> {
    const known = this.#known.get(id);
    if (known !== undefined && this.#isBusy(known)) return Promise.resolve({ kind: "busy" });
    if (known?.answer !== undefined && !this.#isOld(known)) {
      return Promise.resolve({ kind: "done", answer: known.answer });
    }
    this.#known.delete(id); // so that `set` puts it at the end
    this.#makeRoom();
    this.#known.set(id, { atMs: this.#nowMs() });
    return Promise.resolve({ kind: "new" });
  }

  settle(id: string, answer: string): Promise<void> {
    const known = this.#known.get(id);
    if (known !== undefined) known.answer = answer;
    return Promise.resolve();
  }

  release(id: string): Promise<void> {
    this.#known.delete(id);
    return Promise.resolve();
  }

  #isBusy({ atMs, answer }: Known): boolean {
    return answer === undefined && this.#nowMs() - atMs < this.#claimMs;
  }

  #isOld({ atMs }: Known): boolean {
    return this.#nowMs() - atMs >= this.#ttlMs;
  }

  #makeRoom(): void {
    for (const [id, known] of this.#known) {
      if (!this.#isOld(known) && this.#known.size < this.#max) return;
      if (!this.#isBusy(known)) this.#known.delete(id);
    }
  }
}

interface Known {
  readonly atMs: number;
  answer?: string;
}
