// Runs statements on the primary of a PostgreSQL database, and finds it again after a failover.
import pg from "pg";
import { errorCode, errorMessage } from "../error-facts.ts";
import { StoreUnavailableError } from "../store-unavailable-error.ts";
import { readDatabaseUrl } from "./database-url.ts";
import type { Statement } from "./statements.ts";

/**
 * Most connections of a process to one host. Commits, reads and scans have limits of their own,
 * whose sum is lower, so that no statement waits for a connection.
 */
const maxConnections = 20;

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
  /** Reads divide by zero on a replica (statements.ts). */
  divisionByZero: "22012",
  undefinedTable: "42P01",
} as const;

/**
 * How often the database is tried, in milliseconds: a node without requests finds its loss and its
 * return, too.
 */
const probeEveryMs = 1_000;

/** Called when the database cannot be reached, and with undefined when it can be again. */
export type ReachListener = (problem: Error | undefined) => void;

/** A database of one host or several. */
export class Database {
  readonly #pools: readonly pg.Pool[];
  readonly #prepares: boolean;
  readonly #onReach: ReachListener;
  #current = 0;
  #problem: Error | undefined;
  readonly #probe: NodeJS.Timeout;
  #isProbing = false;

  /** Throws TypeError for an address that cannot be read. Connects with the first statement. */
  constructor(address: string, onReach: ReachListener = () => undefined) {
    const { urls, prepares } = readDatabaseUrl(address);
    this.#prepares = prepares;
    this.#pools = urls.map(openPool);
    this.#onReach = onReach;
    this.#probe = setInterval(() => void this.#tryIt(), probeEveryMs).unref();
  }

  /** Why the last statement did not reach the database; undefined when it did. */
  get problem(): Error | undefined {
    return this.#problem;
  }

  #reach(problem: Error | undefined): void {
    if ((problem === undefined) !== (this.#problem === undefined)) this.#onReach(problem);
    this.#problem = problem;
  }

  async #tryIt(): Promise<void> {
    if (this.#isProbing) return;
    this.#isProbing = true;
    await this.run({ name: "ossicle_probe", text: "select 1" }, []).catch(() => undefined);
    this.#isProbing = false;
  }

  /**
   * Runs a statement. Throws StoreUnavailableError when it has certainly changed nothing and may
   * succeed later, ConnectionLostError when it may have been committed, and otherwise the driver's
   * error, with a code of {@link sqlStates}.
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

  // Tries every host once, beginning with the one that took the last statement.
  async #onPrimary<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    let refusal: unknown;
    const first = this.#current;
    for (let tries = 0; tries < this.#pools.length; tries += 1) {
      const host = (first + tries) % this.#pools.length;
      let client: pg.PoolClient;
      try {
        client = await this.#poolOf(host).connect();
      } catch (cause) {
        refusal = cause;
        continue;
      }
      try {
        const result = await work(client);
        client.release();
        this.#current = host;
        this.#reach(undefined);
        return result;
      } catch (cause) {
        const end = endOf(cause);
        client.release(end === "lost" || end === "replica");
        if (end === "lost") {
          const lost = new ConnectionLostError(wordsOf(cause), { cause });
          this.#reach(lost);
          throw lost;
        }
        if (end === "later") throw unavailable("refuses statements at present", cause);
        if (end === "refused") throw cause;
        refusal = cause;
      }
    }
    const unreached = unavailable("cannot be reached", refusal);
    this.#reach(unreached);
    throw unreached;
  }

  #poolOf(host: number): pg.Pool {
    const pool = this.#pools[host];
    if (pool === undefined) throw new RangeError(`no host has the number ${host}`);
    return pool;
  }

  async close(): Promise<void> {
    clearInterval(this.#probe);
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
      // A server that ends sends an error also to a connection without a statement.
      client.on("error", () => undefined);
      await requirePrimary(client);
    },
  });
  pool.on("error", () => undefined); // an unused connection ended: the pool has removed it
  return pool;
}

// A host that was the primary may have become a replica. A server that does not wait for its log
// would break the port's promise that a commit is on disk.
async function requirePrimary(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ readonly: string; commit: string }>(
    "select current_setting('transaction_read_only') as readonly, " +
      "current_setting('synchronous_commit') as commit",
  );
  const [found] = rows;
  if (found?.readonly === "on") {
    throw new Error("this host is a replica, or its database is read-only");
  }
  if (found?.commit === "off") {
    throw new Error("its setting synchronous_commit is off: acknowledged uploads could be lost");
  }
}

/** How a statement ended: what has become of it, and whether another host may take it. */
type End =
  /** It may have been committed. */
  | "lost"
  /** It has changed nothing: the host is a replica. */
  | "replica"
  /** It has changed nothing: the server lacks something at present. */
  | "later"
  /** It has changed nothing, for a reason of its own. */
  | "refused";

// An error that is none of the database is one of the socket or of the driver's time limit. Class
// 08 are connections, 57P the ends of servers: a server that stops may have committed before. Class
// 53 are resources such as the disk, 55 and 57 locks and cancelled statements, 58 the system. 26000
// is a prepared statement that a pooler's other connection has.
function endOf(cause: unknown): End {
  if (!(cause instanceof pg.DatabaseError)) return "lost";
  const code = cause.code ?? "";
  if (/^(?:08|57P)/.test(code)) return "lost";
  if (code === sqlStates.readOnlyTransaction || code === sqlStates.divisionByZero) return "replica";
  return /^(?:53|55|57|58|26)/.test(code) ? "later" : "refused";
}

function unavailable(problem: string, cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError(`the database ${problem}: ${wordsOf(cause)}`, { cause });
}

// The error of a name with several addresses has no message, only a code.
function wordsOf(cause: unknown): string {
  return errorMessage(cause) || (errorCode(cause) ?? "unknown error");
}
