// How many queries run at the same time, in all and for one address. Those beyond it are refused,
// because a query that waits would hold its connection for as long as the others take.
import { OssError } from "@ossicle/protocol";

/** Value of Retry-After when too many queries run, in seconds. */
const retryAfterSeconds = 5;

/** Most queries at the same time, in all and for one client address. */
export interface QueryLimits {
  readonly maxQueries: number;
  readonly maxQueriesOfClient: number;
}

/** Limits the queries that run. */
export class QueryLimiter {
  readonly #limits: QueryLimits;
  /** The addresses of the clients whose queries run. */
  readonly #clients: string[] = [];

  constructor(limits: QueryLimits) {
    this.#limits = limits;
  }

  /**
   * Admits a query of a client address. Returns a function that ends it; calling that again has no
   * effect. Throws ServiceUnavailable when too many queries run.
   */
  acquire(client: string): () => void {
    const { maxQueries, maxQueriesOfClient } = this.#limits;
    const own = this.#clients.filter((one) => one === client).length;
    if (this.#clients.length >= maxQueries || own >= maxQueriesOfClient) {
      const headers = { "Retry-After": String(retryAfterSeconds) };
      const message = "Too many queries run. Please try again.";
      throw new OssError("ServiceUnavailable", {}, { message, headers });
    }
    this.#clients.push(client);
    let runs = true;
    return () => {
      if (runs) this.#clients.splice(this.#clients.indexOf(client), 1);
      runs = false;
    };
  }
}
