// The callback engine: plans, sends, records outcomes, and takes over what a dead process left due.
import { setTimeout as pause } from "node:timers/promises";
import type { OssError, ReplyRules } from "@ossicle/protocol";
import type { Tracer } from "@opentelemetry/api";
import type { Logger } from "pino";
import type { ChangingServices } from "../objects/versions/change-key.ts";
import { commitOnce } from "../objects/records/commit.ts";
import { redateJobs } from "../objects/records/jobs.ts";
import { Repeat } from "../time/repeat.ts";
import {
  type Delivery,
  type DeliveryOutcome,
  type DeliveryRecord,
  endpointOf,
  endpointOfUrl,
} from "./deliveries/delivery.ts";
import type { Guard } from "./sending/guard.ts";
import { IgnoredCallbacks } from "./deliveries/ignored-callbacks.ts";
import { Circuits } from "./sending/circuits.ts";
import type { AfterCrash, DeliveryPolicy } from "../configuration/delivery-policy.ts";
import { ClockSteps } from "./deliveries/clock-steps.ts";
import { giveBackWrites, type Leased, longestLeaseMs } from "./deliveries/ledger.ts";
import { callbackTimeoutMs, overloaded, send, type Sender } from "./sending/send.ts";
import { Shares } from "./sending/shares.ts";
import { settle, type Settlement } from "./deliveries/settle.ts";
import { takeOverDue } from "./deliveries/take-over.ts";
import { unknownOutcome, unsentOutcome } from "./sending/unsent.ts";
import { withoutQuotations } from "./sending/verdict.ts";
import type { CallbackSigner } from "./sending/signer.ts";
import type { Transport } from "./sending/transport.ts";
import type { WebhookSigner } from "./sending/webhook-signer.ts";

/**
 * Most callbacks under way in one process; beyond it, or beyond an endpoint's share, they fail with
 * OSS's own words (EC 0007-00000201). OSS documents no limit.
 */
export const maxCallbacksUnderWay = 2_000;

/** Most deliveries that one look for due ones takes over. */
const takeOverLimit = 500;

/** Pause between looks for due deliveries, in milliseconds. */
const takeOverEveryMs = 1_000;

/** How long closing waits for rounds whose uploader does not wait, in milliseconds. */
const closePatienceMs = 6_000;

/** Told about every delivery that has an outcome. */
export type DeliveryListener = (delivery: Delivery, outcome: DeliveryOutcome) => void;

/** Told how a round was recorded: `due` means that another follows. */
export type SettlementListener = (state: Settlement["state"]) => void;

/** What the engine is made of. */
export interface CallbacksOptions extends ChangingServices {
  readonly guard: Guard;
  readonly transport: Transport;
  readonly signer: CallbackSigner;
  readonly publicKeyUrl: () => string;
  readonly webhooks: WebhookSigner;
  readonly afterCrash: AfterCrash;
  /** Normally {@link maxCallbacksUnderWay}. */
  readonly maxUnderWay: number;
  /** How applications' answers are judged. Default: as OSS does. */
  readonly rules?: ReplyRules;
  /** What happens beyond what OSS does, where a bucket does not say otherwise. */
  readonly policy: DeliveryPolicy;
  /**
   * Callbacks to one endpoint that run into their time, one after the other, before it is not
   * called for a while; 0 is never.
   */
  readonly circuitThreshold: number;
  /** Makes spans of callbacks, where traces are asked for. */
  readonly tracer?: Tracer | undefined;
  /** From 0 to 1: jitter. */
  readonly random: () => number;
  /**
   * Milliseconds that no adjustment of the clock moves; they stand still while the machine sleeps.
   */
  readonly monotonic: () => number;
  /** The same, and they go on while the machine sleeps. */
  readonly uptime: () => number;
  readonly log: Logger;
}

/** What became of a callback whose uploader waits. */
export interface Delivered {
  readonly outcome: DeliveryOutcome;
  /**
   * How it was recorded, where the uploader's answer depends on that; otherwise it is recorded
   * behind the answer.
   */
  readonly settlement: Settlement | undefined;
}

/** The engine. */
export class Callbacks {
  readonly guard: Guard;
  readonly signer: CallbackSigner;
  readonly webhooks: WebhookSigner;
  readonly policy: DeliveryPolicy;
  /** Callback parameters on operations that do not call back. */
  readonly ignored: IgnoredCallbacks;
  readonly #options: CallbacksOptions;
  readonly #circuits: Circuits;
  readonly #listeners = new Set<DeliveryListener>();
  readonly #settlementListeners = new Set<SettlementListener>();
  readonly #sending = new Set<Promise<unknown>>();
  /** Those whose uploader waits. */
  readonly #awaited = new Set<Promise<unknown>>();
  /** By id: from before it is sent until its outcome is on disk. */
  readonly #inHand = new Map<string, Leased>();
  readonly #shares: Shares = new Shares();
  readonly #recording = new Set<Promise<unknown>>();
  readonly #looks: Repeat = new Repeat(takeOverEveryMs, async () => {
    await this.#redate();
    void (await this.#sendDue({ sparesLost: !this.#steps.isSettled() }));
  });
  readonly #steps: ClockSteps;
  /** Where the next look for due deliveries goes on. */
  #lookFrom: Uint8Array | undefined;
  #isRedated = false;
  /** By how much the clock was set since jobs were dated last, in milliseconds. */
  #stepMs = 0;
  #closing = false;

  constructor(options: CallbacksOptions) {
    this.#options = options;
    this.guard = options.guard;
    this.signer = options.signer;
    this.webhooks = options.webhooks;
    this.policy = options.policy;
    this.ignored = new IgnoredCallbacks(options);
    this.#circuits = new Circuits(options.circuitThreshold, options.monotonic);
    const { clock, monotonic, uptime } = options;
    this.#steps = new ClockSteps({ clock, monotonic, uptime, restMs: longestLeaseMs });
  }

  /** Callbacks being sent at this moment. */
  get underWay(): number {
    return this.#shares.all;
  }

  /** Endpoints that are not called for a while. */
  get openCircuits(): number {
    return this.#circuits.open;
  }

  /** Hears of every outcome until the returned function is called. */
  listen(listener: DeliveryListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hears of every round that was recorded. */
  onSettled(listener: SettlementListener): void {
    this.#settlementListeners.add(listener);
  }

  /**
   * Sends a delivery whose object is committed. The outcome is recorded behind the uploader's
   * answer, unless the answer depends on it. Throws ServiceUnavailable when the answer depends on
   * it and the store cannot tell whether it was recorded.
   */
  async deliver(leased: Leased): Promise<Delivered> {
    const { record } = leased.delivery;
    if (this.#shares.all >= this.#options.maxUnderWay) {
      return this.#end(leased, this.#overloaded(record));
    }
    const sending = this.#send(leased);
    this.#awaited.add(sending);
    const outcome = await sending.finally(() => this.#awaited.delete(sending));
    return this.#end(leased, outcome);
  }

  /** Records that a delivery failed before it could be sent. */
  fail(leased: Leased, failure: OssError): Promise<Delivered> {
    const why = { atMs: this.#options.clock(), reason: `not sent: ${failure.message}`, failure };
    return this.#end(leased, { ...unsentOutcome(leased.delivery.record, why), isFinal: true });
  }

  async #end(leased: Leased, outcome: DeliveryOutcome): Promise<Delivered> {
    const settling = this.#record(leased, outcome);
    // Where a failure removes the object, the uploader hears of a success only when it is on disk.
    const decides = leased.delivery.record.policy?.onFailure !== undefined;
    return { outcome, settlement: decides ? await settling : undefined };
  }

  #overloaded(record: DeliveryRecord): DeliveryOutcome {
    const reason = overloaded(this.#shares, endpointOf(record));
    return unsentOutcome(record, { atMs: this.#options.clock(), reason });
  }

  #send(leased: Leased): Promise<DeliveryOutcome> {
    const { delivery } = leased;
    const { transport, signer, webhooks, clock, tracer, maxUnderWay } = this.#options;
    const { rounds = 0, policy } = delivery.record;
    const timeoutMs = (rounds > 0 ? policy?.retry?.timeoutMs : undefined) ?? callbackTimeoutMs;
    const publicKeyUrl = this.#options.publicKeyUrl();
    const sender: Sender = {
      transport,
      signer,
      publicKeyUrl,
      webhooks,
      clock,
      timeoutMs,
      tracer,
      circuits: this.#circuits,
      shares: this.#shares,
      maxUnderWay,
      rules: this.#options.rules ?? {},
    };
    this.#inHand.set(delivery.id, leased);
    const sending = this.#shares.during(() => send(sender, delivery));
    this.#sending.add(sending);
    sending.catch(() => this.#inHand.delete(delivery.id));
    return sending.finally(() => this.#sending.delete(sending));
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
        log.error({ requestId: id, err: cause }, "an outcome could not be recorded");
      },
    );
    this.#recording.add(work);
    void work.finally(() => {
      this.#recording.delete(work);
      this.#inHand.delete(id);
    });
    return settling;
  }

  /** Starts looking for deliveries that a dead process left due. */
  start(): void {
    this.#looks.start();
  }

  /** Takes over and sends what is due now, as far as there is room, and waits for the outcomes. */
  async takeOver(): Promise<void> {
    await Promise.allSettled(await this.#sendDue({ sparesLost: false }));
  }

  // At the first look, since the clock may have been set while no worker ran, and whenever it is
  // set.
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
        log.warn({ stepMs, jobs }, "the clock was set; jobs are dated anew");
    } catch (cause) {
      log.error({ err: cause }, "jobs could not be dated anew after the clock was set");
    }
  }

  // Does not wait for what it sends: a look for other deliveries must not wait for an endpoint that
  // hangs.
  async #sendDue({
    sparesLost,
  }: {
    /**
     * Whether what looks lost is left alone: the clock was set, and another process may have it in
     * its hands.
     */
    readonly sparesLost: boolean;
  }): Promise<readonly Promise<unknown>[]> {
    const { metadata, clock, log, maxUnderWay } = this.#options;
    const onFailure = (cause: unknown): undefined => {
      log.error({ err: cause }, "a due delivery could not be taken over");
    };
    const sending: Promise<unknown>[] = [];
    // Deliveries whose uploader waits go before the others.
    const max = maxUnderWay / 2;
    const limit = Math.min(takeOverLimit, max - this.underWay);
    if (limit <= 0) return sending; // they stay due
    const mayCall = (endpoint: string): boolean =>
      this.#shares.haveRoomFor(endpoint, max) && this.#circuits.admits(endpoint);
    const mayTake = (record: DeliveryRecord): boolean =>
      !(sparesLost && record.waiting === undefined) &&
      (record.urls.length === 0 || record.urls.map(endpointOfUrl).some(mayCall));
    const options = {
      nowMs: clock(),
      limit,
      isInHand: (id: string) => this.#inHand.has(id),
      mayTake,
      onFailure,
      from: this.#lookFrom,
      onStop: (next: Uint8Array | undefined) => {
        this.#lookFrom = next;
      },
    };
    try {
      for await (const leased of takeOverDue(metadata, options)) {
        sending.push(
          this.#sendAgain(leased)
            .then((outcome) => this.#record(leased, outcome))
            .catch(() => this.#inHand.delete(leased.delivery.id)), // reported when it was recorded
        );
        if (this.#closing) break; // what is not taken stays due
      }
    } catch (cause) {
      onFailure(cause);
    }
    return sending;
  }

  #sendAgain(leased: Leased): Promise<DeliveryOutcome> {
    if (leased.isExpired === true) return Promise.resolve(this.#expired(leased.delivery.record));
    const mayHaveBeenSent = leased.isLost === true;
    return mayHaveBeenSent && this.#options.afterCrash === "record-unknown"
      ? Promise.resolve(unknownOutcome())
      : this.#send(leased);
  }

  #expired(record: DeliveryRecord): DeliveryOutcome {
    const reason = "not sent: the upload is too old for another round, as its policy says";
    return { ...unsentOutcome(record, { atMs: this.#options.clock(), reason }), isFinal: true };
  }

  /**
   * Stops looking, waits for what is being sent and for the outcomes to be on disk, and closes
   * connections. Callbacks whose uploader waits have their own bound; other rounds may take
   * minutes, and are given back if they are cut off.
   */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#looks.close();
    await this.ignored.close();
    await Promise.allSettled(this.#awaited);
    await Promise.race([
      Promise.allSettled(this.#sending),
      pause(closePatienceMs, undefined, { ref: false }),
    ]);
    await new Promise(setImmediate); // each caller records its outcome first
    await this.recorded();
    await this.#giveBack();
    this.#options.transport.close();
  }

  // A round that is cut off is like one that ran into its time: under retry it is repeated, also
  // under `record-unknown`.
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

  /** Waits until the outcomes that are known by now are on disk, or cannot be. */
  async recorded(): Promise<void> {
    await Promise.allSettled(this.#recording);
  }
}
