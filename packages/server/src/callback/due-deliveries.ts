// Looks for deliveries that are due, takes them over and has them sent: their sender died, their
// next round begins, or an operator asked for a replay. Moves the due times of jobs when the clock
// was set.
import type { MetadataStore } from "@ossicle/store";
import type { Logger } from "pino";
import type { Clock } from "../time/clock.ts";
import { Repeat } from "../time/repeat.ts";
import { ClockSteps } from "./deliveries/clock-steps.ts";
import { longestLeaseMs } from "./deliveries/ledger.ts";
import { takeOverDue } from "./deliveries/take-over.ts";
import type { Rounds } from "./rounds.ts";
import type { Admission } from "./sending/admission.ts";
import type { DeliveryRecord } from "../objects/records/delivery-record.ts";
import { redateJobs } from "../objects/records/jobs.ts";

/** Most deliveries that one look takes over. */
const takeOverLimit = 500;

/** Pause between looks, in milliseconds. */
const takeOverEveryMs = 1_000;

/** What the search for due deliveries needs. */
export interface DueDeliveriesOptions {
  readonly metadata: MetadataStore;
  readonly clock: Clock;
  /** Milliseconds of a clock that is never set and stands still while the machine sleeps. */
  readonly monotonic: () => number;
  /** Milliseconds of a clock that is never set and runs on while the machine sleeps. */
  readonly uptime: () => number;
  readonly rounds: Rounds;
  readonly admission: Admission;
  readonly log: Logger;
}

/** Looks for due deliveries at intervals, and sends them. */
export class DueDeliveries {
  readonly #options: DueDeliveriesOptions;
  readonly #steps: ClockSteps;
  readonly #looks: Repeat = new Repeat(takeOverEveryMs, async () => {
    await this.#redate();
    void (await this.#sendDue({ takesLost: this.#steps.isSettled() }));
  });
  /** Where the next look continues. */
  #lookFrom: Uint8Array | undefined;
  #isRedated = false;
  /**
   * By how much the clock was set since the due times of jobs were last adjusted, in milliseconds.
   */
  #stepMs = 0;
  #closing = false;

  constructor(options: DueDeliveriesOptions) {
    this.#options = options;
    const { clock, monotonic, uptime } = options;
    this.#steps = new ClockSteps({ clock, monotonic, uptime, restMs: longestLeaseMs });
  }

  /** Starts looking. */
  start(): void {
    this.#looks.start();
  }

  /** Takes over and sends what is due now, as far as there is room, and waits for the outcomes. */
  async takeOver(): Promise<void> {
    await Promise.all(await this.#sendDue({ takesLost: true }));
  }

  /** Stops looking; waits for a look that is under way. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#looks.close();
  }

  // Adjusts the due times of jobs at the first look, because the clock may have been set while no
  // worker ran, and after every step of the clock.
  async #redate(): Promise<void> {
    const { metadata, clock, log } = this.#options;
    this.#stepMs += this.#steps.takeStep();
    const stepMs = this.#stepMs;
    if (stepMs === 0 && this.#isRedated) return;
    try {
      const jobs = await redateJobs(metadata, { nowMs: clock(), forwardMs: Math.max(0, stepMs) });
      this.#isRedated = true;
      this.#stepMs = 0;
      if (stepMs !== 0 || jobs > 0)
        log.warn({ stepMs, jobs }, "the clock was set; due times of jobs were adjusted");
    } catch (cause) {
      log.error({ err: cause }, "due times of jobs could not be adjusted; the next look retries");
    }
  }

  // Does not wait for the callbacks that it sends: an endpoint that hangs must not delay the next
  // look.
  async #sendDue({
    takesLost,
  }: {
    /**
     * Whether to take over deliveries whose sender seems to have died. After the clock was set,
     * another process may still be sending them.
     */
    readonly takesLost: boolean;
  }): Promise<readonly Promise<void>[]> {
    const { metadata, clock, log, rounds, admission } = this.#options;
    const onFailure = (cause: unknown): undefined => {
      log.error({ err: cause }, "a due delivery could not be taken over");
    };
    const sending: Promise<void>[] = [];
    const limit = Math.min(takeOverLimit, admission.roomForDue);
    if (limit <= 0) return sending; // they stay due
    const mayTake = (record: DeliveryRecord): boolean =>
      (takesLost || record.waiting !== undefined) && admission.mayBeginDue(record);
    const options = {
      nowMs: clock(),
      limit,
      isInHand: (id: string) => rounds.isInHand(id),
      mayTake,
      onFailure,
      from: this.#lookFrom,
      onStop: (next: Uint8Array | undefined) => {
        this.#lookFrom = next;
      },
    };
    try {
      for await (const leased of takeOverDue(metadata, options)) {
        sending.push(rounds.repeat(leased));
        if (this.#closing) break; // what is not taken stays due
      }
    } catch (cause) {
      onFailure(cause);
    }
    return sending;
  }
}
