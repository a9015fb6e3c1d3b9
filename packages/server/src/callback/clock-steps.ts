// Notices when the clock is set, or the machine wakes: then leases of deliveries that others are sending look as though they were over.
import type { Clock } from "../services.ts";

/** A difference between the two clocks that is no step, in milliseconds. */
const toleranceMs = 1_000;

/** Watches the clock beside one that cannot be set. */
export class ClockSteps {
  readonly #clock: Clock;
  readonly #monotonic: () => number;
  readonly #restMs: number;
  #offsetMs: number;
  #restUntilMs = -Infinity;

  /** @param restMs How long leases are in doubt after a step forward. */
  constructor(clock: Clock, monotonic: () => number, restMs: number) {
    this.#clock = clock;
    this.#monotonic = monotonic;
    this.#restMs = restMs;
    this.#offsetMs = clock() - monotonic();
  }

  /** Whether the clock can be believed: it has not been set forward for a while. */
  isSettled(): boolean {
    const nowMs = this.#monotonic();
    const offsetMs = this.#clock() - nowMs;
    if (offsetMs - this.#offsetMs > toleranceMs) this.#restUntilMs = nowMs + this.#restMs;
    this.#offsetMs = offsetMs;
    return nowMs >= this.#restUntilMs;
  }
}
