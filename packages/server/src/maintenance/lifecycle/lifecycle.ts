// Applies lifecycle rules in the background. Each bucket with rules has a job, which is due at once
// and then at every midnight UTC. A worker that takes a job holds a lease, and records how far it
// has come. When it dies, another worker continues there.
import { setTimeout as pause } from "node:timers/promises";
import type { Entry } from "@ossicle/store";
import type { Logger } from "pino";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import { lookUp } from "../../objects/buckets/look-up.ts";
import { entriesOf } from "../../objects/records/entries-of.ts";
import { type Job, jobsDueBefore, readJob } from "../../objects/records/jobs.ts";
import { gateRecords } from "../../objects/records/key-space.ts";
import { bucketJobOf } from "../../objects/records/bucket-job.ts";
import type { LifecycleRecord } from "../../objects/records/bucket-configs.ts";
import type { LifecyclePass, LifecycleProgress } from "../../objects/records/records.ts";
import type { ChangingServices } from "../../objects/versions/change-key.ts";
import { Repeat } from "../../time/repeat.ts";
import { LeasedJob } from "../leased-job.ts";
import { type AppliedPart, applyRules } from "./apply-rules.ts";
import { nextMidnight } from "./judge-version.ts";

/** Pause between looks for jobs that are due, in milliseconds. */
const lookEveryMs = 60_000;

/** How often a worker records its progress, in milliseconds. */
const recordEveryMs = 1_000;

/** Most times that a part is looked at again after a conflict with another writer. */
const maxLooks = 3;

/**
 * How much longer a worker rests after a part than it has worked, so that uploads are not delayed.
 */
const restFactor = 9;

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
  #isClosing = false;
  readonly #repeat: Repeat = new Repeat(lookEveryMs, async () => {
    await this.run();
  });

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  start(): void {
    this.#repeat.start();
  }

  /** Ends the run that is under way after its current part. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#repeat.close();
  }

  /** Does the jobs that are due. Returns what was done. A failure is logged. */
  async run(): Promise<LifecycleReport> {
    const { metadata, clock, log } = this.#options;
    const total = { judged: 0, removed: 0, marked: 0, moved: 0, aborted: 0 };
    for await (const entry of entriesOf(metadata, jobsDueBefore(clock() + 1))) {
      if (this.#isClosing) break;
      const job = readJob(entry);
      if (job?.kind !== "lifecycle") continue;
      try {
        await this.#do(job, entry, total);
      } catch (cause) {
        log.error({ err: cause }, "lifecycle rules could not be applied; they are tried again");
      }
    }
    return total;
  }

  async #do(job: Job, entry: Pick<Entry, "key" | "version">, total: Total): Promise<void> {
    const { metadata, clock, log } = this.#options;
    const { bucket: id, token } = bucketJobOf(job.id);
    const lease = new LeasedJob(this.#options, { kind: "lifecycle", bucket: id, token }, entry);
    let progress = job.progress ?? { pass: "uploads" };
    if (!(await lease.renew(progress))) return;
    const begun = { ...total };
    const startedMs = performance.now();
    let recordedMs = clock();
    for (;;) {
      const ruled = await this.#find(id, token);
      if (ruled === undefined) return lease.end();
      const workMs = performance.now();
      const next = await this.#applyPart({ ...ruled, progress }, total);
      await pause((performance.now() - workMs) * restFactor);
      if (next === undefined) break;
      progress = next;
      if (this.#isClosing) return lease.leave(progress);
      if (clock() - recordedMs < recordEveryMs) continue;
      if (!(await lease.renew(progress))) return;
      recordedMs = clock();
    }
    await lease.wait(nextMidnight(clock()));
    const [name] = await metadata.getMany([gateRecords.key(id)]);
    const bucket = name === undefined ? "" : gateRecords.decode(name.value).name;
    const elapsedMs = Math.round(performance.now() - startedMs);
    log.info({ bucket, elapsedMs, ...difference(total, begun) }, "lifecycle rules applied");
  }

  // The bucket and its rules; undefined where the job is that of other rules.
  async #find(
    id: Uint8Array,
    token: string,
  ): Promise<{ readonly bucket: Bucket; readonly record: LifecycleRecord } | undefined> {
    const { metadata } = this.#options;
    const [gate] = await metadata.getMany([gateRecords.key(id)]);
    if (gate === undefined) return undefined;
    const { bucket } = await lookUp(
      this.#options,
      gateRecords.decode(gate.value).name,
      undefined,
      [],
    );
    if (bucket === undefined || !Buffer.from(bucket.id).equals(id)) return undefined;
    const record = await readConfig(this.#options, bucket, "lifecycle");
    return record?.token === token ? { bucket, record } : undefined;
  }

  // Applies the rules to the next part. Returns where the run continues; undefined at its end.
  async #applyPart(
    { bucket, record, progress }: Part,
    total: Total,
  ): Promise<LifecycleProgress | undefined> {
    const { pass, from } = progress;
    const start = from === undefined ? undefined : Buffer.from(from, "hex");
    const nowMs = this.#options.clock();
    let applied: AppliedPart | undefined;
    for (let looks = 0; looks < maxLooks && applied?.conflicts !== 0; looks += 1) {
      const ruled = { bucket, rules: record.rules, nowMs };
      applied = await applyRules(this.#options, ruled, { pass, from: start });
      for (const kind of counted) total[kind] += applied[kind];
    }
    if (applied?.next !== undefined) {
      return { pass, from: Buffer.from(applied.next).toString("hex") };
    }
    const following = passes[passes.indexOf(pass) + 1];
    return following === undefined ? undefined : { pass: following };
  }
}

interface Part {
  readonly bucket: Bucket;
  readonly record: LifecycleRecord;
  readonly progress: LifecycleProgress;
}

const counted = ["judged", "removed", "marked", "moved", "aborted"] as const;

type Total = { -readonly [Kind in keyof LifecycleReport]: number };

function difference(after: LifecycleReport, before: LifecycleReport): LifecycleReport {
  const since = (kind: keyof LifecycleReport): number => after[kind] - before[kind];
  return {
    judged: since("judged"),
    removed: since("removed"),
    marked: since("marked"),
    moved: since("moved"),
    aborted: since("aborted"),
  };
}
