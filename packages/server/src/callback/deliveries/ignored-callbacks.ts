// Counts callback parameters on operations that do not call back. OSS ignores them silently. An
// uploader that sends them with the wrong operation therefore waits for a callback that never
// arrives: oss2's `resumable_upload` sends them with InitiateMultipartUpload.
import type { MetadataStore } from "@ossicle/store";
import type { Logger } from "pino";
import { commitOnce, maxCommitTries, pauseBeforeTry } from "../../objects/records/commit.ts";
import { Repeat } from "../../time/repeat.ts";
import type { Clock } from "../../time/clock.ts";
import { serverRecords } from "../../objects/records/key-space.ts";
import type { IgnoredFigures, IgnoredRecord } from "../../objects/records/server-records.ts";

/** How often the counts are written, in milliseconds. */
const writeEveryMs = 5_000;

/** Pause between two lines of the log about one operation, in milliseconds. */
const logEveryMs = 60_000;

/** Longest `User-Agent` that is kept, in characters. */
const maxUserAgent = 200;

const key = serverRecords.key("ignored-callbacks");

/** Reads the counts. */
export async function readIgnored(
  metadata: Pick<MetadataStore, "getMany">,
): Promise<readonly IgnoredFigures[]> {
  const [entry] = await metadata.getMany([key]);
  return entry === undefined
    ? []
    : serverRecords.decode("ignored-callbacks", entry.value).operations;
}

/** Counts in one process, and adds its counts to those of other processes in the database. */
export class IgnoredCallbacks {
  readonly #metadata: MetadataStore;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #logged = new Map<string, number>();
  readonly #counted = new Map<string, IgnoredFigures>();
  readonly #totals = new Map<string, number>();
  readonly #writes: Repeat = new Repeat(writeEveryMs, () => this.write());

  constructor(options: {
    readonly metadata: MetadataStore;
    readonly clock: Clock;
    readonly log: Logger;
  }) {
    this.#metadata = options.metadata;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** Requests by operation that this process has counted. */
  get totals(): ReadonlyMap<string, number> {
    return this.#totals;
  }

  /** Counts a request. */
  note(operation: string, userAgent = ""): void {
    const lastMs = this.#clock();
    const requests = (this.#counted.get(operation)?.requests ?? 0) + 1;
    const agent = userAgent.slice(0, maxUserAgent);
    this.#counted.set(operation, { operation, requests, lastMs, userAgent: agent });
    this.#totals.set(operation, (this.#totals.get(operation) ?? 0) + 1);
    if (lastMs - (this.#logged.get(operation) ?? -Infinity) < logEveryMs) return;
    this.#logged.set(operation, lastMs);
    this.#log.warn(
      { operation, userAgent: agent },
      "callback parameters were ignored: this operation does not call back",
    );
  }

  start(): void {
    this.#writes.start();
  }

  async close(): Promise<void> {
    await this.#writes.close();
    await this.write();
  }

  /** Adds the counts to the database. After a failure the next write includes them. */
  async write(): Promise<void> {
    if (this.#counted.size === 0) return;
    const counted = new Map(this.#counted);
    try {
      if (!(await this.#add(counted))) return;
    } catch (cause) {
      this.#log.warn({ err: cause }, "counts of ignored callbacks were not written; will retry");
      return;
    }
    for (const [operation, { requests }] of counted) {
      const now = this.#counted.get(operation);
      if (now === undefined) continue;
      if (now.requests === requests) this.#counted.delete(operation);
      else this.#counted.set(operation, { ...now, requests: now.requests - requests });
    }
  }

  async #add(counted: ReadonlyMap<string, IgnoredFigures>): Promise<boolean> {
    for (let tries = 0; tries < maxCommitTries; tries += 1) {
      if (tries > 0) await pauseBeforeTry(tries);
      const [entry] = await this.#metadata.getMany([key]);
      const known =
        entry === undefined
          ? []
          : serverRecords.decode("ignored-callbacks", entry.value).operations;
      const sums = new Map(known.map((one) => [one.operation, one]));
      for (const [operation, one] of counted) {
        const requests = (sums.get(operation)?.requests ?? 0) + one.requests;
        sums.set(operation, { ...one, requests });
      }
      const record: IgnoredRecord = { operations: [...sums.values()] };
      const committed = await commitOnce(this.#metadata, {
        checks: [{ key, version: entry?.version ?? "absent" }],
        puts: [{ key, value: serverRecords.encode("ignored-callbacks", record) }],
        deletes: [],
      });
      if (committed.ok) return true;
    }
    return false;
  }
}
