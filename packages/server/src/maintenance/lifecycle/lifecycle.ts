// Applies lifecycle rules in the background. Each bucket with rules has a job, which is due at once
// and then at every midnight UTC. A worker that takes a job holds a lease, and records how far it
// has come. When it dies, another worker continues there.
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import { findBucketById } from "../../objects/buckets/find-bucket-by-id.ts";
import type { LifecycleRecord } from "../../objects/records/bucket-configs.ts";
import type { LifecyclePass, LifecycleProgress } from "../../objects/records/records.ts";
import type { ChangingServices } from "../../objects/versions/change-key.ts";
import { dayMs, nextMidnight } from "../../time/midnight.ts";
import { Repeat } from "../../time/repeat.ts";
import { type DueJob, performDueJobs } from "../due-jobs.ts";
import { type AppliedPart, applyRules } from "./apply-rules.ts";

/** Pause between looks for jobs that are due, in milliseconds. */
const lookEveryMs = 60_000;

/** How often a worker records its progress, in milliseconds. */
const recordEveryMs = 1_000;

/** Most looks at one part. After a conflict with another writer it is read and judged again. */
const maxLooks = 3;

/**
 * How much longer a worker rests after a part than it has worked. The rest limits the delay of
 * uploads.
 */
const restFactor = 9;

/** Longest rest after a part, in milliseconds. */
const longestRestMs = 5_000;

/** After this time a worker turns to the jobs of other buckets, in milliseconds. */
const longestTurnMs = 60_000;

/** When a run begins again that other writers have kept from some changes, in milliseconds. */
const retryAfterMs = 300_000;

/** When a run begins again in which changes have failed, in milliseconds. */
const retryFailedMs = 3_600_000;

const passes: readonly LifecyclePass[] = ["uploads", "noncurrent", "current"];

/** What lifecycle rules are applied with. */
export interface LifecycleOptions extends ChangingServices {
  readonly log: Logger;
}

/** What a run has done. */
export type LifecycleReport = Omit<AppliedPart, "next" | "conflicts">;

/** Applies the rules of all buckets. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #closing = new AbortController();
  readonly #repeat: Repeat = new Repeat(lookEveryMs, async () => {
    await this.run();
  });

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  start(): void {
    this.#repeat.start();
  }

  /** Ends the current run after its current part. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#repeat.close();
  }

  /** Does the jobs that are due. Returns what was done. A failure is logged. */
  async run(): Promise<LifecycleReport> {
    const total = { judged: 0, removed: 0, marked: 0, moved: 0, aborted: 0, failed: 0 };
    const isClosing = (): boolean => this.#closing.signal.aborted;
    const perform = (job: DueJob): Promise<boolean> => this.#do(job, total);
    // A long job is left after a while, so that those of other buckets have their turn.
    let hasLeft = true;
    while (hasLeft && !isClosing()) {
      hasLeft = await performDueJobs(this.#options, "lifecycle", { isClosing, perform });
    }
    return total;
  }

  // Returns whether the job was left before its end.
  async #do({ bucket: id, token, lease, ...job }: DueJob, total: Total): Promise<boolean> {
    const { clock, log } = this.#options;
    let progress = job.progress ?? { pass: "uploads" };
    const begun = { ...total };
    const startedMs = performance.now();
    let recordedMs = clock();
    let name = "";
    let conflicts = 0;
    for (;;) {
      const workMs = performance.now();
      const part = await this.#applyPart({ id, token, progress }, total);
      if (part === undefined) {
        await lease.end();
        return false;
      }
      ({ name } = part);
      conflicts += part.conflicts;
      if (part.next === undefined) break;
      progress = part.next;
      if (clock() - recordedMs >= recordEveryMs) {
        if (!(await lease.renew(progress))) return false;
        recordedMs = clock();
      }
      await this.#rest((performance.now() - workMs) * restFactor);
      const isLong = performance.now() - startedMs > longestTurnMs;
      if (!this.#closing.signal.aborted && !isLong) continue;
      await lease.leave(progress);
      return true;
    }
    const elapsedMs = Math.round(performance.now() - startedMs);
    const done = difference(total, begun);
    const pauseMs = conflicts > 0 ? retryAfterMs : done.failed > 0 ? retryFailedMs : dayMs;
    await lease.wait(Math.min(nextMidnight(clock()), clock() + pauseMs));
    log.info({ bucket: name, elapsedMs, conflicts, ...done }, "lifecycle rules applied");
    return false;
  }

  async #rest(ms: number): Promise<void> {
    const { signal } = this.#closing;
    try {
      await pause(Math.min(ms, longestRestMs), undefined, { signal });
    } catch (cause) {
      if (!signal.aborted) throw cause;
    }
  }

  // The bucket and its rules; undefined where the job is that of other rules.
  async #find(
    id: Uint8Array,
    token: string,
  ): Promise<{ readonly bucket: Bucket; readonly record: LifecycleRecord } | undefined> {
    const bucket = await findBucketById(this.#options, id);
    if (bucket === undefined) return undefined;
    const record = await readConfig(this.#options, bucket, "lifecycle");
    return record?.token === token ? { bucket, record } : undefined;
  }

  // Applies the rules to the next part. Returns undefined where the job is that of other rules.
  async #applyPart({ id, token, progress }: Part, total: Total): Promise<DonePart | undefined> {
    const { pass, from } = progress;
    const { clock, log } = this.#options;
    const start = from === undefined ? undefined : Buffer.from(from, "hex");
    const onFailure = (cause: unknown): void =>
      log.error({ err: cause, pass }, "a lifecycle rule could not be applied to a record");
    let name = "";
    let applied: AppliedPart | undefined;
    for (let looks = 0; looks < maxLooks && applied?.conflicts !== 0; looks += 1) {
      // The bucket may have changed meanwhile, and every change checks its gate.
      const found = await this.#find(id, token);
      if (found === undefined) return undefined;
      const { bucket, record } = found;
      ({ name } = bucket);
      const ruled = { bucket, rules: record.rules, nowMs: clock(), onFailure };
      applied = await applyRules(this.#options, ruled, { pass, from: start });
      for (const kind of counted) total[kind] += applied[kind];
    }
    const { conflicts = 0, next } = applied ?? {};
    if (next !== undefined) {
      return { name, conflicts, next: { pass, from: Buffer.from(next).toString("hex") } };
    }
    const following = passes[passes.indexOf(pass) + 1];
    return { name, conflicts, next: following === undefined ? undefined : { pass: following } };
  }
}

interface Part {
  readonly id: Uint8Array;
  readonly token: string;
  readonly progress: LifecycleProgress;
}

interface DonePart {
  /** The name of the bucket. */
  readonly name: string;
  readonly conflicts: number;
  /** Where the run continues; undefined at its end. */
  readonly next: LifecycleProgress | undefined;
}

const counted = ["judged", "removed", "marked", "moved", "aborted", "failed"] as const;

type Total = { -readonly [Kind in keyof LifecycleReport]: number };

function difference(after: LifecycleReport, before: LifecycleReport): LifecycleReport {
  const since = (kind: keyof LifecycleReport): number => after[kind] - before[kind];
  return {
    judged: since("judged"),
    removed: since("removed"),
    marked: since("marked"),
    moved: since("moved"),
    aborted: since("aborted"),
    failed: since("failed"),
  };
}
