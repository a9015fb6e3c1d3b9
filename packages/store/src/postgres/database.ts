// Runs statements on the primary of a PostgreSQL database, and finds it again after a failover.
import pg from "pg";
import { errorCode, errorMessage } from "../error-facts.ts";
import { StoreUnavailableError } from "../store-unavailable-error.ts";
import { readDatabaseUrl } from "./database-url.ts";
import type { Statement } from "./statements.ts";

/** Most connections of a process. Commits, reads and scans have limits of their own below it. */
const maxConnections = 16;

/** Longest time to connect to one host, in milliseconds. */
const connectTimeoutMs = 3_000;

/**
 * Longest time of a statement, in milliseconds. A statement of this adapter takes milliseconds, so
 * a longer one has lost its server or waits for a replica.
 */
const statementTimeoutMs = 10_000;

/** How long an unused connection is kept, in milliseconds. */
const keepIdleMs = 60_000;

/** A row: its columns in order. */
export type DatabaseRow = readonly unknown[];

/** The connection was lost while a statement ran: it may have been committed. */
export class ConnectionLostError extends Error {
  override readonly name: string = "ConnectionLostError";
}

/** Codes of PostgreSQL (`errcodes.txt`) that this adapter tells apart. */
export const sqlStates = {
  uniqueViolation: "23505",
  serializationFailure: "40001",
  deadlockDetected: "40P01",
  readOnlyTransaction: "25006",
  undefinedTable: "42P01",
} as const;

/** A database of one host or several. */
export class Database {
  readonly #pools: readonly pg.Pool[];
  readonly #prepares: boolean;
  #current = 0;

  /** Throws TypeError for an address that cannot be read. Connects with the first statement. */
  constructor(address: string) {
    const { urls, prepares } = readDatabaseUrl(address);
    this.#prepares = prepares;
    this.#pools = urls.map(openPool);
  }

  /**
   * Runs a statement. Throws StoreUnavailableError when it has certainly not run,
   * ConnectionLostError when that is unknown, and the driver's error, with a code of
   * {@link sqlStates}, when the database has refused it.
   */
  async run(
    { name, text }: Statement,
    values: readonly unknown[],
  ): Promise<readonly DatabaseRow[]> {
    const named = this.#prepares ? { name } : {};
    return this.#onPrimary(async (client) => {
      const query = { ...named, text, values: [...values], rowMode: "array" as const };
      return (await client.query<unknown[]>(query)).rows;
    });
  }

  /** Runs a script of several statements, without parameters, as {@link Database.run} does. */
  async runScript(text: string): Promise<void> {
    await this.#onPrimary((client) => client.query(text));
  }

  async #onPrimary<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    let cause: unknown;
    for (let tries = 0; tries < this.#pools.length; tries += 1) {
      const host = this.#current;
      let client: pg.PoolClient;
      try {
        client = await this.#poolOf(host).connect();
      } catch (refused) {
        cause = refused;
        this.#leave(host);
        continue;
      }
      try {
        const result = await work(client);
        client.release();
        return result;
      } catch (failed) {
        const isReadOnly = errorCode(failed) === sqlStates.readOnlyTransaction;
        const isLost = isConnectionLost(failed);
        client.release(isReadOnly || isLost);
        if (isReadOnly || isLost) this.#leave(host);
        if (isLost) throw new ConnectionLostError(errorMessage(failed), { cause: failed });
        if (!isReadOnly) throw failed;
        cause = failed;
      }
    }
    throw new StoreUnavailableError(`the database cannot be reached: ${errorMessage(cause)}`, {
      cause,
    });
  }

  #poolOf(host: number): pg.Pool {
    const pool = this.#pools[host];
    if (pool === undefined) throw new RangeError(`no host has the number ${host}`);
    return pool;
  }

  // The next statement tries the next host, unless another statement has moved on already.
  #leave(host: number): void {
    if (this.#current === host) this.#current = (host + 1) % this.#pools.length;
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()));
  }
}

function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: keepIdleMs,
    query_timeout: statementTimeoutMs,
    keepAlive: true,
    application_name: "ossicle",
    onConnect: async (client) => {
      // A server that ends says so also to a connection without a statement.
      client.on("error", () => undefined);
      await refuseReplica(client);
    },
  });
  pool.on("error", () => undefined); // an unused connection ended: the pool has removed it
  return pool;
}

// A host that was the primary may have become a replica.
async function refuseReplica(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ transaction_read_only: string }>(
    "show transaction_read_only",
  );
  if (rows[0]?.transaction_read_only === "on") {
    throw new Error("this host is a replica, or its database is read-only");
  }
}

// An error without a code of PostgreSQL is one of the driver: the connection broke, or the time was
// over. Class 08 are connections, 57P the ends of servers: a server that stops may have committed.
function isConnectionLost(cause: unknown): boolean {
  const code = errorCode(cause);
  return code === undefined || !/^[0-9A-Z]{5}$/.test(code) || /^(?:08|57P)/.test(code);
}
