// How many queries run at the same time, in all and for one address. Those beyond it are refused,
// because a query that waits would hold its connection for as long as the others take.
import { OssError } from "@ossicle/protocol";

/** Value of Retry-After when too many queries run, in seconds. */
const retryAfterSeconds = 5;

/** Most queries at the same time. */
export interface QueryLimits {
  readonly inAll: number;
  readonly ofClient: number;
}

/** Counts the queries that run. */
export class QueryPlaces {
  readonly #limits: QueryLimits;
  /** The addresses of the clients whose queries run. */
  readonly #clients: string[] = [];

  constructor(limits: QueryLimits) {
    this.#limits = limits;
  }

  /**
   * Takes a place for a query of an address. Returns what gives it back; a second call of that does
   * nothing. Throws ServiceUnavailable when too many queries run.
   */
  take(client: string): () => void {
    const { inAll, ofClient } = this.#limits;
    const own = this.#clients.filter((one) => one === client).length;
    if (this.#clients.length >= inAll || own >= ofClient) {
      const headers = { "Retry-After": String(retryAfterSeconds) };
      const message = "Too many queries run. Please try again.";
      throw new OssError("ServiceUnavailable", {}, { message, headers });
    }
    this.#clients.push(client);
    let isTaken = true;
    return () => {
      if (isTaken) this.#clients.splice(this.#clients.indexOf(client), 1);
      isTaken = false;
    };
  }
}
