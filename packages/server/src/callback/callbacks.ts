// The callback engine: plans, sends, records outcomes, and takes over what a dead process left due.
import { callbackFailed, type OssError } from "@ossicle/protocol";
import type { MetadataStore } from "@ossicle/store";
import type { Logger } from "pino";
import { Repeat } from "../repeat.ts";
import type { Clock } from "../services.ts";
import {
  type AttemptRecord,
  type Delivery,
  type DeliveryOutcome,
  type DeliveryRecord,
  endpointOf,
} from "./delivery.ts";
import type { Guard } from "./guard.ts";
import { type Leased, recordOutcome, takeOverDue } from "./ledger.ts";
import { send, type Sender } from "./send.ts";
import type { CallbackSigner } from "./signer.ts";
import type { Transport } from "./transport.ts";

/**
 * Most callbacks under way in one process; beyond it they fail with OSS's own words (EC 0007-00000201). Of these an endpoint may have as
 * many as are left free: alone a half, and however many endpoints hang, there is room for another. Ours.
 */
export const maxCallbacksUnderWay = 2_000;

/** Most deliveries that one look for due ones takes over. */
const takeOverLimit = 500;

/** Pause between looks for due deliveries, in milliseconds. */
const takeOverEveryMs = 5_000;

/** Told about every delivery that has an outcome. */
export type DeliveryListener = (delivery: Delivery, outcome: DeliveryOutcome) => void;

/** What is done about a delivery whose sender is gone: sent again, or recorded as failed for those who must never be called twice. */
export type AfterCrash = "resend" | "record-unknown";

/** What the engine is made of. */
export interface CallbacksOptions {
  readonly metadata: MetadataStore;
  readonly guard: Guard;
  readonly transport: Transport;
  readonly signer: CallbackSigner;
  readonly publicKeyUrl: () => string;
  readonly afterCrash: AfterCrash;
  /** Normally {@link maxCallbacksUnderWay}. */
  readonly maxUnderWay: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The engine. */
export class Callbacks {
  readonly guard: Guard;
  readonly signer: CallbackSigner;
  readonly #options: CallbacksOptions;
  readonly #listeners = new Set<DeliveryListener>();
  readonly #sending = new Set<Promise<unknown>>();
  /** Callbacks under way by endpoint. */
  readonly #sendingTo = new Map<string, number>();
  readonly #recording = new Set<Promise<unknown>>();
  readonly #looks: Repeat = new Repeat(takeOverEveryMs, async () => {
    void (await this.#sendDue());
  });
  #closing = false;

  constructor(options: CallbacksOptions) {
    this.#options = options;
    this.guard = options.guard;
    this.signer = options.signer;
  }

  /** Callbacks being sent at this moment. */
  get underWay(): number {
    return this.#sending.size;
  }

  /** Hears of every outcome until the returned function is called. */
  listen(listener: DeliveryListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Sends a delivery whose object is committed. The outcome is recorded behind the uploader's answer. */
  async deliver(leased: Leased): Promise<DeliveryOutcome> {
    const { delivery } = leased;
    const outcome = this.#hasRoomFor(delivery.record, this.#options.maxUnderWay)
      ? await this.#send(delivery)
      : this.#overloaded(delivery.record);
    this.#record(leased, outcome);
    return outcome;
  }

  #hasRoomFor(record: DeliveryRecord, max: number): boolean {
    return (this.#sendingTo.get(endpointOf(record)) ?? 0) < max - this.underWay;
  }

  #overloaded(record: DeliveryRecord): DeliveryOutcome {
    const { message, ec } = callbackFailed("Too many callback requests.", "0007-00000201");
    const endpoint = endpointOf(record);
    const count = this.#sendingTo.get(endpoint) ?? 0;
    const attempt: AttemptRecord = {
      atMs: this.#options.clock(),
      url: record.urls[0] ?? "",
      tookMs: 0,
      error: message,
      reason: `not sent: ${count} callbacks to ${endpoint} are under way, ${this.underWay} in all; it answers too slowly`,
    };
    return { kind: "failed", attempts: [attempt], message, ec };
  }

  async #send(delivery: Delivery): Promise<DeliveryOutcome> {
    const endpoint = endpointOf(delivery.record);
    const { transport, signer, clock } = this.#options;
    const sender: Sender = { transport, signer, clock, publicKeyUrl: this.#options.publicKeyUrl() };
    const sending = send(sender, delivery);
    this.#sending.add(sending);
    this.#sendingTo.set(endpoint, (this.#sendingTo.get(endpoint) ?? 0) + 1);
    try {
      return await sending;
    } finally {
      this.#sending.delete(sending);
      const left = (this.#sendingTo.get(endpoint) ?? 0) - 1;
      if (left > 0) this.#sendingTo.set(endpoint, left);
      else this.#sendingTo.delete(endpoint);
    }
  }

  /** Records that a delivery failed before it could be sent. */
  fail(leased: Leased, error: OssError): DeliveryOutcome {
    const outcome: DeliveryOutcome = {
      kind: "failed",
      attempts: [],
      message: error.message,
      ec: error.ec,
    };
    this.#record(leased, outcome);
    return outcome;
  }

  #record(leased: Leased, outcome: DeliveryOutcome): void {
    const { metadata, log } = this.#options;
    const { id, record } = leased.delivery;
    for (const listener of this.#listeners) listener(leased.delivery, outcome);
    if (outcome.kind === "failed") {
      // Without queries and quotations: they may carry what only the application should see.
      const reason = outcome.attempts.at(-1)?.reason?.replaceAll(/\?\S+|"(?:[^"\\]|\\.)*"/g, "…");
      const urls = record.urls.map((url) => url.split("?", 1)[0]);
      log.warn({ requestId: id, urls, error: outcome.message, reason }, "callback failed");
    }
    const work = recordOutcome(metadata, leased, outcome).catch((cause: unknown) => {
      // The delivery stays due and is sent once more, with the same id, when its lease is over.
      log.error({ requestId: id, err: cause }, "an outcome could not be recorded");
    });
    this.#recording.add(work);
    void work.finally(() => this.#recording.delete(work));
  }

  /** Starts looking for deliveries that a dead process left due. */
  start(): void {
    this.#looks.start();
  }

  /** Takes over and sends what is due now, as far as there is room, and waits for the outcomes. */
  async takeOver(): Promise<void> {
    await Promise.allSettled(await this.#sendDue());
  }

  // Does not wait for what it sends: a look for other deliveries must not wait for an endpoint that hangs.
  async #sendDue(): Promise<readonly Promise<unknown>[]> {
    const { metadata, clock, log, maxUnderWay } = this.#options;
    const onFailure = (cause: unknown): undefined => {
      log.error({ err: cause }, "a due delivery could not be taken over");
    };
    const sending: Promise<unknown>[] = [];
    // Uploaders who wait go before deliveries that nobody waits for.
    const max = maxUnderWay / 2;
    const limit = Math.min(takeOverLimit, max - this.underWay);
    if (limit <= 0) return sending; // they stay due
    const mayTake = (record: DeliveryRecord): boolean => this.#hasRoomFor(record, max);
    const options = { nowMs: clock(), limit, mayTake, onFailure };
    try {
      for await (const leased of takeOverDue(metadata, options)) {
        sending.push(this.#sendAgain(leased).then((outcome) => this.#record(leased, outcome)));
        if (this.#closing) break; // what is not taken stays due
      }
    } catch (cause) {
      onFailure(cause);
    }
    return sending;
  }

  #sendAgain(leased: Leased): Promise<DeliveryOutcome> {
    const mayHaveBeenSent = leased.isLost === true;
    return mayHaveBeenSent && this.#options.afterCrash === "record-unknown"
      ? Promise.resolve(unknownOutcome())
      : this.#send(leased.delivery);
  }

  /**
   * Stops looking, waits for what is being sent (each URL has its own bound) and for the outcomes to be on disk, and closes
   * connections.
   */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#looks.close();
    await Promise.allSettled(this.#sending);
    await new Promise(setImmediate); // whoever awaited them records first
    await Promise.allSettled(this.#recording);
    this.#options.transport.close();
  }
}

// The attempt that says so stands in the record already.
function unknownOutcome(): DeliveryOutcome {
  return { kind: "failed", attempts: [], message: "outcome unknown", ec: undefined };
}
