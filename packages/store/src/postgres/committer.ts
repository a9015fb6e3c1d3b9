// Commits in groups: one statement makes the commits that wait. Each of them succeeds or fails
// alone.
import { setTimeout as pause } from "node:timers/promises";
import { errorCode } from "../error-facts.ts";
import type { Commit } from "../metadata-store.ts";
import { StoreUnavailableError } from "../store-unavailable-error.ts";
import { byteaArray } from "./binary-array.ts";
import { commitParameters } from "./commit-parameters.ts";
import { CommitQueue, keyText, type Waiting, waitingOf } from "./commit-queue.ts";
import { ConnectionLostError, type Database, type DatabaseRow, sqlStates } from "./database.ts";
import { commitBatches, readValues } from "./statements.ts";
import { TurnEnd } from "./turn-end.ts";

/** Most statements with commits under way. More only compete for the database's log. */
const maxStatements = 4;

/** Most tries of a commit whose transaction the database ends, because of others beside it. */
const maxTries = 30;

/** Longest pause between two tries, in milliseconds. */
const maxPauseMs = 50;

/** Whether a commit's checks held. An error means that its outcome is unknown. */
type Held = boolean | { readonly cause: unknown };

interface Submitted extends Waiting {
  readonly settle: (held: Held) => void;
}

/** Commits to a database. */
export class Committer {
  readonly #database: Database;
  readonly #queue = new CommitQueue<Submitted>();
  #statements = 0;
  readonly #turnEnd = new TurnEnd(() => this.#start());

  constructor(database: Database) {
    this.#database = database;
  }

  /** Resolves with whether the checks held, or with the reason why that is unknown. */
  commit(commit: Commit): Promise<Held> {
    return new Promise((settle) => {
      this.#queue.add({ ...waitingOf(commit), settle });
      this.#turnEnd.request();
    });
  }

  #start(): void {
    while (this.#statements < maxStatements) {
      const group = this.#queue.take();
      if (group.length === 0) return;
      this.#statements += 1;
      void this.#run(group).finally(() => {
        for (const one of group) this.#queue.end(one);
        this.#statements -= 1;
        this.#start();
      });
    }
  }

  // Never rejects.
  async #run(group: readonly Submitted[], tries = 1): Promise<void> {
    let failed: ReadonlySet<unknown>;
    try {
      const rows = await this.#database.run(commitBatches, commitParameters(group));
      failed = new Set(rows.map(([batch]) => batch));
    } catch (cause) {
      if (cause instanceof ConnectionLostError) await this.#findOut(group, cause);
      else await this.#runAgain(group, { cause, tries });
      return;
    }
    for (const [batch, { settle }] of group.entries()) settle(!failed.has(batch));
  }

  // The database has refused the whole statement. Another transaction inserted a key meanwhile, or
  // both wait for each other, or the group has one commit that the database cannot store.
  async #runAgain(
    group: readonly Submitted[],
    { cause, tries }: { readonly cause: unknown; readonly tries: number },
  ): Promise<void> {
    if (cause instanceof StoreUnavailableError) {
      this.#giveUp(group, cause);
      return;
    }
    if (group.length > 1) {
      const half = Math.ceil(group.length / 2);
      await this.#run(group.slice(0, half));
      await this.#run(group.slice(half));
      return;
    }
    if (!isTransient(cause) || tries === maxTries) {
      for (const { settle } of group) settle({ cause });
      return;
    }
    await pause(Math.random() * Math.min(maxPauseMs, 2 ** tries));
    await this.#run(group, tries + 1);
  }

  // The connection was lost. A commit whose version a key has was made. Otherwise its outcome stays
  // unknown: the database may still be running the statement.
  async #findOut(group: readonly Submitted[], cause: unknown): Promise<void> {
    const keys = group.flatMap(({ commit }) => commit.puts.slice(0, 1).map(({ key }) => key));
    let rows: readonly DatabaseRow[];
    try {
      rows = await this.#database.run(readValues, [byteaArray(keys)]);
    } catch (unread) {
      this.#giveUp(group, unread);
      return;
    }
    const versions = new Map(rows.map(([key, version]) => [keyText(key as Buffer), version]));
    for (const { commit, settle } of group) {
      const [first] = commit.puts;
      const found = first === undefined ? undefined : versions.get(keyText(first.key));
      settle(Number(found) === commit.version ? true : { cause });
    }
  }

  // The database does not answer. The commits that still wait would only wait for its time limit,
  // one group after another.
  #giveUp(group: readonly Submitted[], cause: unknown): void {
    for (const { settle } of [...group, ...this.#queue.takeAll()]) settle({ cause });
  }
}

function isTransient(cause: unknown): boolean {
  const code = errorCode(cause);
  return (
    code === sqlStates.uniqueViolation ||
    code === sqlStates.serializationFailure ||
    code === sqlStates.deadlockDetected
  );
}
