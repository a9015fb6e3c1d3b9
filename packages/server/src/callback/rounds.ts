// Runs rounds of deliveries in this process: sends each one and records its outcome.
import { setTimeout as pause } from "node:timers/promises";
import type { Tracer } from "@opentelemetry/api";
import type { OssError, ReplyRules } from "@ossicle/protocol";
import type { Logger } from "pino";
import type { AfterCrash } from "../configuration/delivery-policy.ts";
import { commitOnce } from "../objects/records/commit.ts";
import type { ChangingServices } from "../objects/versions/change-key.ts";
import { giveBackWrites, type Leased } from "./deliveries/ledger.ts";
import { settle, type Settlement } from "./deliveries/settle.ts";
import type { Admission } from "./sending/admission.ts";
import { callbackTimeoutMs, headersNow, send, type Sender } from "./sending/send.ts";
import type { CallbackSigner } from "./sending/signer.ts";
import type { Transport } from "./sending/transport.ts";
import { unknownOutcome, unsentOutcome } from "./sending/unsent.ts";
import { withoutQuotations } from "./sending/verdict.ts";
import type { WebhookSigner } from "./sending/webhook-signer.ts";
import type { Delivery, DeliveryOutcome } from "./deliveries/delivery.ts";
import type { DeliveryRecord } from "../objects/records/delivery-record.ts";

/** How long closing waits for rounds whose uploader does not wait, in milliseconds. */
const closeTimeoutMs = 6_000;

/** Called with every outcome. */
export type DeliveryListener = (delivery: Delivery, outcome: DeliveryOutcome) => void;

/** Called with the state in which a round was settled: `due` means that another round follows. */
export type SettlementListener = (state: Settlement["state"]) => void;

/** What sending and recording need. */
export interface RoundsOptions extends ChangingServices {
  readonly admission: Admission;
  readonly transport: Transport;
  readonly signer: CallbackSigner;
  readonly publicKeyUrl: () => string;
  readonly webhooks: WebhookSigner;
  readonly afterCrash: AfterCrash;
  /** How applications' answers are judged. Default: as OSS does. */
  readonly rules?: ReplyRules;
  /** Makes spans of callbacks, where traces are asked for. */
  readonly tracer?: Tracer | undefined;
  /** From 0 to 1: jitter. */
  readonly random: () => number;
  readonly log: Logger;
}

/** The result of a callback whose uploader waits. */
export interface Delivered {
  readonly outcome: DeliveryOutcome;
  /**
   * How the outcome was recorded, when the uploader's answer depends on it. Otherwise it is
   * recorded after the answer.
   */
  readonly settlement: Settlement | undefined;
}

/** A delivery that was tried out. */
export interface TriedOut {
  readonly outcome: DeliveryOutcome;
  /** Names and values of the first request's headers, in turn. */
  readonly headers: readonly string[];
}

/** The rounds that this process has in hand. */
export class Rounds {
  readonly #options: RoundsOptions;
  readonly #listeners = new Set<DeliveryListener>();
  readonly #settlementListeners = new Set<SettlementListener>();
  readonly #sending = new Set<Promise<unknown>>();
  /** Callbacks whose uploader waits. */
  readonly #awaited = new Set<Promise<unknown>>();
  /** Deliveries by id, from before they are sent until their outcome is on disk. */
  readonly #inHand = new Map<string, Leased>();
  readonly #recording = new Set<Promise<unknown>>();

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** Calls the listener with every outcome until the returned function is called. */
  listen(listener: DeliveryListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls the listener with every round that was recorded. */
  onSettled(listener: SettlementListener): void {
    this.#settlementListeners.add(listener);
  }

  /** Whether a delivery's round is under way here. */
  isInHand(id: string): boolean {
    return this.#inHand.has(id);
  }

  /**
   * Sends a delivery whose uploader waits. The outcome is recorded after the uploader's answer,
   * unless the answer depends on it. In that case throws ServiceUnavailable when it is unknown
   * whether the outcome was recorded.
   */
  async deliver(leased: Leased): Promise<Delivered> {
    const { record } = leased.delivery;
    const reason = this.#options.admission.refuseUpload(record);
    if (reason !== undefined) {
      return this.#end(leased, unsentOutcome(record, { atMs: this.#options.clock(), reason }));
    }
    const sending = this.#send(leased);
    this.#awaited.add(sending);
    const outcome = await sending.finally(() => this.#awaited.delete(sending));
    return this.#end(leased, outcome);
  }

  /**
   * Sends a delivery that is not recorded, and whose outcome is not. Returns the headers of its
   * first request too. It counts towards what may be under way, but opens no circuit: an endpoint
   * that a person tries out may well be down.
   */
  async tryOut(delivery: Delivery): Promise<TriedOut> {
    const { admission, clock } = this.#options;
    const { record } = delivery;
    const reason = admission.refuseUpload(record);
    if (reason !== undefined) {
      return { outcome: unsentOutcome(record, { atMs: clock(), reason }), headers: [] };
    }
    let first: readonly string[] | undefined;
    const sender: Sender = {
      ...this.#senderFor(callbackTimeoutMs),
      admission: {
        refuseAttempt: (endpoint) => admission.refuseAttempt(endpoint),
        attempt: (_endpoint, work) => work(),
      },
      onRequest: (headers) => {
        first ??= headers;
      },
    };
    const sending = admission.during(() => send(sender, delivery));
    this.#sending.add(sending);
    const outcome = await sending.finally(() => this.#sending.delete(sending));
    return { outcome, headers: first ?? [] };
  }

  /** The headers of a delivery's request to its first URL, if it were sent now. */
  headersOf(delivery: Delivery): Promise<readonly string[]> {
    return headersNow(this.#senderFor(callbackTimeoutMs), delivery);
  }

  #senderFor(timeoutMs: number): Sender {
    const { transport, signer, webhooks, clock, tracer, admission, rules = {} } = this.#options;
    const publicKeyUrl = this.#options.publicKeyUrl();
    const keys = { signer, publicKeyUrl, webhooks };
    return { ...keys, transport, clock, timeoutMs, tracer, admission, rules };
  }

  /** Records that a delivery failed before it could be sent. */
  fail(leased: Leased, failure: OssError): Promise<Delivered> {
    const why = { atMs: this.#options.clock(), reason: `not sent: ${failure.message}`, failure };
    return this.#end(leased, { ...unsentOutcome(leased.delivery.record, why), isFinal: true });
  }

  /**
   * Sends a delivery that was taken over, or ends one that must not be sent again, and records the
   * outcome. Never rejects.
   */
  async repeat(leased: Leased): Promise<void> {
    try {
      await this.#record(leased, await this.#sendAgain(leased));
    } catch {
      this.#inHand.delete(leased.delivery.id); // #record has logged the cause
    }
  }

  async #end(leased: Leased, outcome: DeliveryOutcome): Promise<Delivered> {
    const settling = this.#record(leased, outcome);
    // Where a failure removes the object (`hide`, `delete`), the uploader gets its answer only
    // after the outcome is on disk.
    const decides = leased.delivery.record.policy?.onFailure !== undefined;
    return { outcome, settlement: decides ? await settling : undefined };
  }

  #send(leased: Leased): Promise<DeliveryOutcome> {
    const { delivery } = leased;
    const { rounds = 0, policy } = delivery.record;
    const timeoutMs = (rounds > 0 ? policy?.retry?.timeoutMs : undefined) ?? callbackTimeoutMs;
    const sender = this.#senderFor(timeoutMs);
    this.#inHand.set(delivery.id, leased);
    const sending = this.#options.admission.during(() => send(sender, delivery));
    this.#sending.add(sending);
    sending.catch(() => this.#inHand.delete(delivery.id));
    return sending.finally(() => this.#sending.delete(sending));
  }

  #sendAgain(leased: Leased): Promise<DeliveryOutcome> {
    if (leased.isExpired === true) return Promise.resolve(this.#expired(leased.delivery.record));
    const mayHaveBeenSent = leased.isLost === true;
    return mayHaveBeenSent && this.#options.afterCrash === "record-unknown"
      ? Promise.resolve(unknownOutcome())
      : this.#send(leased);
  }

  #expired(record: DeliveryRecord): DeliveryOutcome {
    const reason = "not sent: the upload is too old for another round under its delivery policy";
    return { ...unsentOutcome(record, { atMs: this.#options.clock(), reason }), isFinal: true };
  }

  #record(leased: Leased, outcome: DeliveryOutcome): Promise<Settlement> {
    const { log, clock, random } = this.#options;
    const { id, record } = leased.delivery;
    for (const listener of this.#listeners) listener(leased.delivery, outcome);
    if (outcome.kind === "failed") {
      const reason = withoutQuotations(outcome.attempts.at(-1)?.reason ?? "");
      const urls = record.urls.map((url) => url.split("?", 1)[0]);
      log.warn({ requestId: id, urls, error: outcome.message, reason }, "callback failed");
    }
    const settling = settle(this.#options, leased, outcome, { nowMs: clock(), chance: random() });
    const work = settling.then(
      ({ state }) => {
        for (const listener of this.#settlementListeners) listener(state);
      },
      (cause: unknown) => {
        // The delivery stays due and is sent once more, with the same id, when its lease is over.
        log.error({ requestId: id, err: cause }, "a callback's outcome could not be recorded");
      },
    );
    this.#recording.add(work);
    void work.finally(() => {
      this.#recording.delete(work);
      this.#inHand.delete(id);
    });
    return settling;
  }

  /**
   * Waits for callbacks that are being sent, and until their outcomes are on disk. Callbacks whose
   * uploader waits have their own time limit. Other rounds may take minutes; those that are cut off
   * are given back.
   */
  async close(): Promise<void> {
    await Promise.allSettled(this.#awaited);
    await Promise.race([
      Promise.allSettled(this.#sending),
      pause(closeTimeoutMs, undefined, { ref: false }),
    ]);
    await new Promise(setImmediate); // lets each caller begin to record its outcome
    await this.recorded();
    await this.#giveBack();
  }

  // A round that is cut off counts as one that timed out: it is repeated where the policy retries,
  // also under `record-unknown`.
  async #giveBack(): Promise<void> {
    const { metadata, clock, log } = this.#options;
    const repeated = [...this.#inHand.values()].filter(
      ({ delivery }) => delivery.record.policy?.retry !== undefined,
    );
    const given = repeated.map((leased) =>
      commitOnce(metadata, giveBackWrites(leased, clock())).catch((cause: unknown) =>
        log.error({ err: cause }, "a round could not be given back"),
      ),
    );
    await Promise.all(given);
  }

  /** Waits until every outcome so far is on disk, or its commit has failed. */
  async recorded(): Promise<void> {
    await Promise.allSettled(this.#recording);
  }
}
