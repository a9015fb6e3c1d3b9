// Remembers which deliveries were handled: a callback may come twice, after a crash or by retry, always with the same id. The second one
// gets the first one's answer, and the application does nothing twice.

/** What is known of a delivery. */
export type Claim =
  /** Nobody has handled it; whoever asked does now. */
  | { readonly kind: "new" }
  /** Somebody handles it at this moment. */
  | { readonly kind: "busy" }
  /** It was handled: its answer, as JSON. */
  | { readonly kind: "done"; readonly answer: string };

/** Deliveries by id. Over a database, `claim` is an insert that fails when the id is there. */
export interface DeliveryStore {
  /** Called before the handler. Of several who claim one id at once, exactly one hears `new`. */
  readonly claim: (id: string) => Promise<Claim>;
  /** Called when the handler has answered; the answer is JSON. */
  readonly settle: (id: string, answer: string) => Promise<void>;
  /** Called when the handler has thrown: the next attempt is to be handled. */
  readonly release: (id: string) => Promise<void>;
}

/** How a {@link MemoryDeliveryStore} is bounded. */
export interface MemoryDeliveryOptions {
  /** How long an id is remembered, in seconds; longer than the store repeats a callback. Default one day. */
  readonly ttlSeconds?: number;
  /** Most ids; the oldest go first. Default 100,000. */
  readonly maxDeliveries?: number;
  /** Milliseconds since 1970; for tests. */
  readonly nowMs?: () => number;
}

/** Remembers deliveries in this process: enough for one, as long as it lives. */
export class MemoryDeliveryStore implements DeliveryStore {
  readonly #ttlMs: number;
  readonly #max: number;
  readonly #nowMs: () => number;
  /** In the order of their claims. */
  readonly #known = new Map<string, { readonly atMs: number; answer?: string }>();

  constructor({
    ttlSeconds = 86_400,
    maxDeliveries = 100_000,
    nowMs = Date.now,
  }: MemoryDeliveryOptions = {}) {
    this.#ttlMs = ttlSeconds * 1_000;
    this.#max = maxDeliveries;
    this.#nowMs = nowMs;
  }

  claim(id: string): Promise<Claim> {
    this.#forgetOld();
    const known = this.#known.get(id);
    if (known !== undefined) {
      const { answer } = known;
      return Promise.resolve(answer === undefined ? { kind: "busy" } : { kind: "done", answer });
    }
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

  #forgetOld(): void {
    const oldestMs = this.#nowMs() - this.#ttlMs;
    for (const [id, { atMs }] of this.#known) {
      if (atMs > oldestMs && this.#known.size < this.#max) return;
      this.#known.delete(id);
    }
  }
}
