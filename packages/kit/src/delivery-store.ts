// Remembers which deliveries were handled: a callback may come twice, after a crash or by retry,
// always with the same id. The second one gets the first one's answer, and the application does
// nothing twice.

/** What is known of a delivery. */
export type Claim =
  /** Not handled yet; the caller handles it now. */
  | { readonly kind: "new" }
  /** Another caller handles it at this moment. */
  | { readonly kind: "busy" }
  /** It was handled: its answer, as JSON. */
  | { readonly kind: "done"; readonly answer: string };

/**
 * Deliveries by id. Over a database, `claim` is an insert that fails when the id is there, and
 * takes over a claim that was made some time ago and never settled: the process that made it has
 * died, and otherwise the delivery could never be handled.
 */
export interface DeliveryStore {
  /**
   * Called before the handler. Of several callers that claim one id at once, exactly one gets
   * `new`.
   */
  readonly claim: (id: string) => Promise<Claim>;
  /** Called when the handler has answered; the answer is JSON. */
  readonly settle: (id: string, answer: string) => Promise<void>;
  /** Called when the handler has thrown or refused: the next attempt is to be handled. */
  readonly release: (id: string) => Promise<void>;
}

/** How a {@link MemoryDeliveryStore} is bounded. */
export interface MemoryDeliveryOptions {
  /**
   * How long an id is remembered, in seconds; longer than the store repeats a callback. Default one
   * day.
   */
  readonly ttlSeconds?: number;
  /**
   * How long a claim that is never settled keeps others out, in seconds: longer than the handler
   * takes. Default 60.
   */
  readonly claimSeconds?: number;
  /** Most ids; the oldest go first, but for those being handled. Default 100,000. */
  readonly maxDeliveries?: number;
  /** Milliseconds since 1970; for tests. */
  readonly nowMs?: () => number;
}

/** Remembers deliveries in this process: enough for one, as long as it lives. */
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
    this.#known.delete(id); // it goes to the end
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
