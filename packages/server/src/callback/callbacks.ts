// The callback engine of a process: sends the callbacks of uploads, and takes over deliveries that
// are due.
import type { OssError } from "@ossicle/protocol";
import type { DeliveryPolicy } from "../configuration/delivery-policy.ts";
import type { Delivery } from "./deliveries/delivery.ts";
import { IgnoredCallbacks } from "./deliveries/ignored-callbacks.ts";
import type { Leased } from "./deliveries/ledger.ts";
import { DueDeliveries, type DueDeliveriesOptions } from "./due-deliveries.ts";
import {
  type Delivered,
  type DeliveryListener,
  Rounds,
  type RoundsOptions,
  type SettlementListener,
  type TriedOut,
} from "./rounds.ts";
import { Admission, type AdmissionOptions } from "./sending/admission.ts";
import type { Guard } from "./sending/guard.ts";
import type { CallbackSigner } from "./sending/signer.ts";
import type { WebhookSigner } from "./sending/webhook-signer.ts";

/**
 * Most callbacks under way in one process. Beyond it, or beyond an endpoint's share, a callback
 * fails with OSS's own error (EC 0007-00000201). OSS documents no limit.
 */
export const maxCallbacksUnderWay = 2_000;

/** What the engine is made of. */
export interface CallbacksOptions
  extends
    AdmissionOptions,
    Omit<RoundsOptions, "admission">,
    Pick<DueDeliveriesOptions, "monotonic" | "uptime"> {
  readonly guard: Guard;
  /** The server's delivery policy. It applies where a bucket's own policy sets nothing. */
  readonly policy: DeliveryPolicy;
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
  readonly #admission: Admission;
  readonly #rounds: Rounds;
  readonly #due: DueDeliveries;

  constructor(options: CallbacksOptions) {
    this.#options = options;
    this.guard = options.guard;
    this.signer = options.signer;
    this.webhooks = options.webhooks;
    this.policy = options.policy;
    this.ignored = new IgnoredCallbacks(options);
    const admission = new Admission(options);
    const rounds = new Rounds({ ...options, admission });
    this.#admission = admission;
    this.#rounds = rounds;
    this.#due = new DueDeliveries({ ...options, admission, rounds });
  }

  /** Callbacks being sent at this moment. */
  get underWay(): number {
    return this.#admission.underWay;
  }

  /** Endpoints whose circuit is open. */
  get openCircuits(): number {
    return this.#admission.openCircuits;
  }

  /** Calls the listener with every outcome until the returned function is called. */
  listen(listener: DeliveryListener): () => void {
    return this.#rounds.listen(listener);
  }

  /** Calls the listener with every round that was recorded. */
  onSettled(listener: SettlementListener): void {
    this.#rounds.onSettled(listener);
  }

  /** Sends a delivery whose object is committed, as {@link Rounds.deliver} says. */
  deliver(leased: Leased): Promise<Delivered> {
    return this.#rounds.deliver(leased);
  }

  /** Sends a delivery that is not recorded, as {@link Rounds.tryOut} says. */
  tryOut(delivery: Delivery): Promise<TriedOut> {
    return this.#rounds.tryOut(delivery);
  }

  /** The headers of a delivery's request, as {@link Rounds.headersOf} says. */
  headersOf(delivery: Delivery): Promise<readonly string[]> {
    return this.#rounds.headersOf(delivery);
  }

  /** Records that a delivery failed before it could be sent. */
  fail(leased: Leased, failure: OssError): Promise<Delivered> {
    return this.#rounds.fail(leased, failure);
  }

  /** Starts looking for deliveries that are due. */
  start(): void {
    this.#due.start();
  }

  /**
   * Takes over and sends the deliveries that are due now, as far as admission has room, and waits
   * for their outcomes.
   */
  takeOver(): Promise<void> {
    return this.#due.takeOver();
  }

  /** Waits until every outcome so far is on disk, or its commit has failed. */
  recorded(): Promise<void> {
    return this.#rounds.recorded();
  }

  /**
   * Stops the search for due deliveries, waits for rounds under way as {@link Rounds.close}
   * describes, and closes connections.
   */
  async close(): Promise<void> {
    await this.#due.close();
    await this.ignored.close();
    await this.#rounds.close();
    this.#options.transport.close();
  }
}
