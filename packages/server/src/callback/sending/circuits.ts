// Circuits: after repeated timeouts an endpoint is not called for a while. Quick failures open no
// circuit: they do not delay other callbacks, and OSS calls such endpoints as well.
import type { Clock } from "../../time/clock.ts";

/**
 * How long a circuit stays open the first time, in milliseconds; it doubles with each probe that
 * fails.
 */
const firstOpenMs = 5_000;

/** Longest time that a circuit stays open, in milliseconds. */
const longestOpenMs = 60_000;

/** Most endpoints kept. Beyond it, the entry that was made first is deleted. */
const maxEndpoints = 10_000;

interface Circuit {
  /** Callbacks that timed out since the last one that did not. */
  timeouts: number;
  /** Set while the circuit is open. */
  openUntilMs: number | undefined;
  openedTimes: number;
  /** Whether a probe is under way. */
  probing: boolean;
}

/** The circuits of all endpoints. */
export class Circuits {
  readonly #threshold: number;
  readonly #clock: Clock;
  readonly #circuits = new Map<string, Circuit>();

  /** @param threshold Consecutive timeouts that open a circuit; 0 turns circuits off. */
  constructor(threshold: number, clock: Clock) {
    this.#threshold = threshold;
    this.#clock = clock;
  }

  /** Circuits that are open at this moment. */
  get open(): number {
    let count = 0;
    for (const { openUntilMs } of this.#circuits.values())
      if (openUntilMs !== undefined) count += 1;
    return count;
  }

  /**
   * Whether an endpoint may be called now: its circuit is closed, or it is time for a probe and
   * none is under way.
   */
  admits(endpoint: string): boolean {
    const circuit = this.#circuits.get(endpoint);
    if (circuit?.openUntilMs === undefined) return true;
    return !circuit.probing && this.#clock() >= circuit.openUntilMs;
  }

  /** Notes that an admitted callback begins. Through an open circuit it is the probe. */
  begin(endpoint: string): void {
    const circuit = this.#circuits.get(endpoint);
    if (circuit?.openUntilMs !== undefined) circuit.probing = true;
  }

  /** The reason why an endpoint may not be called now. */
  reason(endpoint: string): string {
    const circuit = this.#circuits.get(endpoint);
    const seconds = Math.ceil(((circuit?.openUntilMs ?? 0) - this.#clock()) / 1_000);
    return (
      `not sent: the last ${circuit?.timeouts ?? 0} callbacks to ${endpoint} were not ` +
      "answered in time; " +
      (seconds > 0 ? `it is tried again in ${seconds} s` : "it is being tried again now")
    );
  }

  /** Notes whether a callback timed out. */
  heard(endpoint: string, wasTimeout: boolean): void {
    if (this.#threshold === 0) return;
    if (!wasTimeout) {
      this.#circuits.delete(endpoint);
      return;
    }
    const circuit = this.#circuits.get(endpoint) ?? this.#remember(endpoint);
    circuit.timeouts += 1;
    // Timeouts of callbacks that began before the circuit opened do not keep it open longer.
    if (circuit.openUntilMs !== undefined && !circuit.probing) return;
    if (circuit.timeouts < this.#threshold) return;
    circuit.probing = false;
    circuit.openUntilMs =
      this.#clock() + Math.min(longestOpenMs, firstOpenMs * 2 ** circuit.openedTimes);
    circuit.openedTimes = Math.min(circuit.openedTimes + 1, 10);
  }

  #remember(endpoint: string): Circuit {
    if (this.#circuits.size >= maxEndpoints) {
      const [first] = this.#circuits.keys();
      if (first !== undefined) this.#circuits.delete(first);
    }
    const circuit = { timeouts: 0, openUntilMs: undefined, openedTimes: 0, probing: false };
    this.#circuits.set(endpoint, circuit);
    return circuit;
  }
}
