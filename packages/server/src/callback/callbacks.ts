// The callback engine: plans, sends, records outcomes, and takes over what a dead process left due.
import { callbackFailed, type OssError } from "@ossicle/protocol";
import type { MetadataStore } from "@ossicle/store";
import type { Logger } from "pino";
import { Repeat } from "../repeat.ts";
import type { Clock } from "../services.ts";
import type { Delivery, DeliveryOutcome } from "./delivery.ts";
import type { Guard } from "./guard.ts";
import { type Leased, recordOutcome, takeOverDue } from "./ledger.ts";
import { send, type Sender } from "./send.ts";
import type { CallbackSigner } from "./signer.ts";
import type { CallbackTransport } from "./transport.ts";

/** Most callbacks under way in one process; beyond it they fail with OSS's own words (EC 0007-00000201). */
export const maxCallbacksUnderWay = 1_000;

/** Most deliveries that one look for due ones takes over. */
const takeOverLimit = 64;

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
  readonly transport: CallbackTransport;
  readonly signer: CallbackSigner;
  readonly publicKeyUrl: () => string;
  readonly afterCrash: AfterCrash;
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
  readonly #recording = new Set<Promise<unknown>>();
  readonly #looks: Repeat = new Repeat(takeOverEveryMs, () => this.takeOver());
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
    const outcome =
      this.underWay >= maxCallbacksUnderWay ? overloaded() : await this.#send(leased.delivery);
    this.#record(leased, outcome);
    return outcome;
  }

  async #send(delivery: Delivery): Promise<DeliveryOutcome> {
    const { transport, signer, clock } = this.#options;
    const sender: Sender = { transport, signer, clock, publicKeyUrl: this.#options.publicKeyUrl() };
    const sending = send(sender, delivery);
    this.#sending.add(sending);
    try {
      return await sending;
    } finally {
      this.#sending.delete(sending);
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
      const reason = outcome.attempts.at(-1)?.reason;
      // Without queries: they may carry what only the application should see.
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

  /** Takes over and sends what is due now, as far as there is room. */
  async takeOver(): Promise<void> {
    const { metadata, clock, log } = this.#options;
    const onFailure = (cause: unknown): undefined => {
      log.error({ err: cause }, "a due delivery could not be taken over");
    };
    const limit = Math.min(takeOverLimit, maxCallbacksUnderWay - this.underWay);
    if (limit <= 0) return; // they stay due
    const sending: Promise<unknown>[] = [];
    try {
      for await (const leased of takeOverDue(metadata, { nowMs: clock(), limit, onFailure })) {
        sending.push(this.#sendAgain(leased).then((outcome) => this.#record(leased, outcome)));
        if (this.#closing) break; // what is not taken stays due
      }
    } catch (cause) {
      onFailure(cause);
    }
    await Promise.allSettled(sending);
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

function overloaded(): DeliveryOutcome {
  const error = callbackFailed("Too many callback requests.", "0007-00000201");
  return { kind: "failed", attempts: [], message: error.message, ec: error.ec };
}
