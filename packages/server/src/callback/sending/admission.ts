// Decides whether a callback may be sent now: how many are under way, how many to one endpoint, and
// whether the endpoint's circuit is closed. The guard decides which addresses may be called at all.
import { Circuits } from "./circuits.ts";
import { Shares } from "./shares.ts";
import { endpointOf, endpointOfUrl } from "../deliveries/delivery.ts";
import type { DeliveryRecord } from "../../objects/records/delivery-record.ts";

/** The bounds. */
export interface AdmissionOptions {
  /** Most callbacks under way. */
  readonly maxUnderWay: number;
  /** Consecutive timeouts of an endpoint that open its circuit; 0 turns circuits off. */
  readonly circuitThreshold: number;
  /** Milliseconds of a clock that is never set. */
  readonly monotonic: () => number;
}

/** Admits callbacks, and counts those that are under way. */
export class Admission {
  readonly #maxUnderWay: number;
  readonly #shares = new Shares();
  readonly #circuits: Circuits;

  constructor({ maxUnderWay, circuitThreshold, monotonic }: AdmissionOptions) {
    this.#maxUnderWay = maxUnderWay;
    this.#circuits = new Circuits(circuitThreshold, monotonic);
  }

  /** Callbacks under way. */
  get underWay(): number {
    return this.#shares.all;
  }

  /** Endpoints whose circuit is open. */
  get openCircuits(): number {
    return this.#circuits.open;
  }

  /**
   * The reason why a callback whose uploader waits may not begin; undefined when it may. Its
   * endpoints are checked when their turn comes.
   */
  refuseUpload(record: DeliveryRecord): string | undefined {
    if (this.#shares.all < this.#maxUnderWay) return undefined;
    return this.#overloaded(endpointOf(record));
  }

  /**
   * How many due deliveries may begin. Half of what may be under way is left for callbacks whose
   * uploaders wait.
   */
  get roomForDue(): number {
    return this.#maxUnderWay / 2 - this.#shares.all;
  }

  /** Whether a due delivery may begin: one of its endpoints has room and a circuit that admits. */
  mayBeginDue({ urls }: DeliveryRecord): boolean {
    const mayCall = (endpoint: string): boolean =>
      this.#shares.haveRoomFor(endpoint, this.#maxUnderWay / 2) && this.#circuits.admits(endpoint);
    return urls.length === 0 || urls.map(endpointOfUrl).some(mayCall);
  }

  /** The reason why a callback that is under way may not try an endpoint; undefined when it may. */
  refuseAttempt(endpoint: string): string | undefined {
    if (!this.#shares.admit(endpoint, this.#maxUnderWay)) return this.#overloaded(endpoint);
    return this.#circuits.admits(endpoint) ? undefined : this.#circuits.reason(endpoint);
  }

  /** Counts a callback as long as it is under way. */
  during<T>(work: () => Promise<T>): Promise<T> {
    return this.#shares.during(work);
  }

  /**
   * Counts an attempt at an endpoint as long as it is under way, and reports its end to the
   * circuit.
   */
  async attempt<T>(
    endpoint: string,
    work: () => Promise<T>,
    ranIntoTime: (made: T) => boolean,
  ): Promise<T> {
    this.#circuits.begin(endpoint);
    const made = await this.#shares.attempting(endpoint, work);
    this.#circuits.heard(endpoint, ranIntoTime(made));
    return made;
  }

  #overloaded(endpoint: string): string {
    const { all } = this.#shares;
    const own = this.#shares.of(endpoint);
    return (
      `not sent: ${own} callbacks to ${endpoint} are under way, ${all} in all; ` +
      "no more can begin until applications answer"
    );
  }
}
