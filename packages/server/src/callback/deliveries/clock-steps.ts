// Detects that the clock was set, or that the machine woke up. Leases of deliveries that other
// processes are still sending then look expired.
import type { Clock } from "../../time/clock.ts";

/** Largest difference between two clocks that does not count as a step, in milliseconds. */
const toleranceMs = 1_000;

/** The clocks of a process, all in milliseconds. */
export interface ClockStepsOptions {
  readonly clock: Clock;
  /** Stands still while the machine sleeps. */
  readonly monotonic: () => number;
  /** Goes on while the machine sleeps. */
  readonly uptime: () => number;
  /** How long leases are in doubt after a step forward. */
  readonly restMs: number;
}

/** Compares the clock with clocks that cannot be set. */
export class ClockSteps {
  readonly #clock: Clock;
  readonly #monotonic: () => number;
  readonly #restMs: number;
  readonly #uptime: () => number;
  #offsetMs: number;
  #bootMs: number;
  #restUntilMs = -Infinity;

  constructor({ clock, monotonic, uptime, restMs }: ClockStepsOptions) {
    this.#clock = clock;
    this.#monotonic = monotonic;
    this.#uptime = uptime;
    this.#restMs = restMs;
    this.#offsetMs = clock() - monotonic();
    this.#bootMs = clock() - uptime();
  }

  /**
   * By how much the clock has been set since the last call, in milliseconds: forward is positive.
   * Time that the machine slept is no step.
   */
  takeStep(): number {
    const bootMs = this.#clock() - this.#uptime();
    const stepMs = bootMs - this.#bootMs;
    if (Math.abs(stepMs) <= toleranceMs) return 0;
    this.#bootMs = bootMs;
    return stepMs;
  }

  /**
   * Whether leases can be judged by the clock: within the rest time it was not set forward, and the
   * machine did not wake up.
   */
  isSettled(): boolean {
    const nowMs = this.#monotonic();
    const offsetMs = this.#clock() - nowMs;
    if (offsetMs - this.#offsetMs > toleranceMs) this.#restUntilMs = nowMs + this.#restMs;
    this.#offsetMs = offsetMs;
    return nowMs >= this.#restUntilMs;
  }
}
