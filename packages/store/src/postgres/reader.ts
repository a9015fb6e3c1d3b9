// Reads in groups: one statement reads the keys of all calls that wait.
import { setTimeout as pause } from "node:timers/promises";
import { errorCode } from "../error-facts.ts";
import type { Entry } from "../metadata-store.ts";
import { StoreUnavailableError } from "../store-unavailable-error.ts";
import { byteaArray } from "./binary-array.ts";
import { keyText } from "./commit-queue.ts";
import { ConnectionLostError, type Database, type DatabaseRow, sqlStates } from "./database.ts";
import { readEntries, readValues, type Statement } from "./statements.ts";
import { TurnEnd } from "./turn-end.ts";

/** Most statements that read keys at the same time. */
const maxStatements = 4;

/** Most scans at the same time: they take longer, and must leave room for reads of keys. */
const maxScans = 6;

/** Most calls whose keys one statement reads. */
const maxGroup = 32;

/** Most tries of a read that the database ends, or whose connection was lost. */
const maxTries = 10;

/** Longest pause between two tries, in milliseconds. */
const maxPauseMs = 50;

/** A scan that waits for its turn. */
interface Turn {
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

interface Call {
  readonly keys: readonly Uint8Array[];
  readonly withPayloads: boolean;
  readonly resolve: (entries: readonly (Entry | undefined)[]) => void;
  readonly reject: (cause: unknown) => void;
}

/** Reads from a database. */
export class Reader {
  readonly #database: Database;
  #waiting: Call[] = [];
  #statements = 0;
  readonly #turnEnd = new TurnEnd(() => this.#start());
  #scans = 0;
  #waitingScans: Turn[] = [];

  constructor(database: Database) {
    this.#database = database;
  }

  /** Reads entries, in the order of their keys. Throws StoreUnavailableError. */
  read(
    keys: readonly Uint8Array[],
    withPayloads: boolean,
  ): Promise<readonly (Entry | undefined)[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ keys, withPayloads, resolve, reject });
      this.#turnEnd.request();
    });
  }

  #start(): void {
    while (this.#statements < maxStatements && this.#waiting.length > 0) {
      const [{ withPayloads } = { withPayloads: false }] = this.#waiting;
      const same = this.#waiting.filter((call) => call.withPayloads === withPayloads);
      const group = new Set(same.slice(0, maxGroup));
      this.#waiting = this.#waiting.filter((call) => !group.has(call));
      this.#statements += 1;
      void this.#readGroup([...group], withPayloads ? readEntries : readValues).finally(() => {
        this.#statements -= 1;
        this.#start();
      });
    }
  }

  // Never rejects.
  async #readGroup(group: readonly Call[], statement: Statement): Promise<void> {
    try {
      const keys = byteaArray(group.flatMap((call) => call.keys));
      const rows = await this.#query(statement, [keys]);
      const entries = new Map(rows.map(entryOf).map((entry) => [keyText(entry.key), entry]));
      for (const { keys: wanted, resolve } of group) {
        resolve(wanted.map((key) => entries.get(keyText(key))));
      }
    } catch (cause) {
      for (const { reject } of group) reject(cause);
      if (cause instanceof StoreUnavailableError) this.#giveUp(cause);
    }
  }

  /** Runs a scan, when fewer than {@link maxScans} run. Throws StoreUnavailableError. */
  async scan(statement: Statement, values: readonly unknown[]): Promise<readonly DatabaseRow[]> {
    if (this.#scans === maxScans) {
      await new Promise<void>((resolve, reject) => {
        this.#waitingScans.push({ resolve, reject });
      });
    } else this.#scans += 1;
    try {
      return await this.#query(statement, values);
    } catch (cause) {
      if (cause instanceof StoreUnavailableError) this.#giveUp(cause);
      throw cause;
    } finally {
      const next = this.#waitingScans.shift();
      if (next === undefined) this.#scans -= 1;
      else next.resolve();
    }
  }

  // The database does not answer. The calls that still wait would only wait for its time limit, one
  // group after another.
  #giveUp(cause: StoreUnavailableError): void {
    const waiting = [...this.#waiting, ...this.#waitingScans];
    [this.#waiting, this.#waitingScans] = [[], []];
    for (const { reject } of waiting) reject(cause);
  }

  // Runs a statement that reads, again where that may help.
  async #query(statement: Statement, values: readonly unknown[]): Promise<readonly DatabaseRow[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#database.run(statement, values);
      } catch (cause) {
        const isLost = cause instanceof ConnectionLostError;
        if (isLost && tries > 1) throw new StoreUnavailableError(cause.message, { cause });
        if (tries === maxTries || !(isLost || isAborted(cause))) throw cause;
        await pause(Math.random() * Math.min(maxPauseMs, 2 ** tries));
      }
    }
  }
}

// Under SERIALIZABLE a read, too, can be ended for the sake of other transactions.
function isAborted(cause: unknown): boolean {
  const code = errorCode(cause);
  return code === sqlStates.serializationFailure || code === sqlStates.deadlockDetected;
}

function entryOf(row: DatabaseRow): Entry {
  const [key, version, value, payload] = row as EntryRow;
  const entry = { key, version: Number(version), value };
  return payload === undefined || payload === null ? entry : { ...entry, payload };
}

/** As the driver decodes it: integers of eight bytes are text. */
type EntryRow = readonly [key: Buffer, version: string, value: Buffer, payload?: Buffer | null];
