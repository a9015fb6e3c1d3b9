// A worker's hold on a job of a bucket. Every change of the job checks that it is still the
// worker's. When the worker dies, the lease ends, and another worker takes the job.
import type { Entry } from "@ossicle/store";
import { type BucketJob, bucketJob, type BucketJobKind } from "../objects/records/bucket-job.ts";
import { commitOnce } from "../objects/records/commit.ts";
import type { LifecycleProgress } from "../objects/records/records.ts";
import type { StorageServices } from "../objects/records/storage-services.ts";

/** How long a worker may be silent before another one takes its job, in milliseconds. */
const leaseMs = 300_000;

/** The job, as it was found in the queue. */
export type FoundJob = Pick<Entry, "key" | "version">;

/** A job that a worker holds. */
export class LeasedJob {
  readonly #services: Pick<StorageServices, "metadata" | "clock">;
  readonly #job: BucketJob & { readonly kind: BucketJobKind };
  #held: FoundJob;

  constructor(
    services: Pick<StorageServices, "metadata" | "clock">,
    job: BucketJob & { readonly kind: BucketJobKind },
    found: FoundJob,
  ) {
    this.#services = services;
    this.#job = job;
    this.#held = found;
  }

  /**
   * Takes the job, or holds on for another lease, and records the progress. False when another
   * worker has it.
   */
  async renew(progress?: LifecycleProgress): Promise<boolean> {
    return this.#move(this.#services.clock() + leaseMs, progress);
  }

  /** Leaves the job to another worker. */
  async leave(progress?: LifecycleProgress): Promise<void> {
    await this.#move(this.#services.clock(), progress);
  }

  /** Ends a run: the next one begins at a time. */
  async wait(dueMs: number): Promise<void> {
    await this.#move(dueMs);
  }

  /** Ends the job. */
  async end(): Promise<void> {
    const { key, version } = this.#held;
    const { metadata } = this.#services;
    await commitOnce(metadata, { checks: [{ key, version }], puts: [], deletes: [key] });
  }

  async #move(dueMs: number, progress?: LifecycleProgress): Promise<boolean> {
    const { metadata, clock } = this.#services;
    const { kind, ...job } = this.#job;
    const { key, version } = this.#held;
    const facts = progress === undefined ? {} : { progress };
    const put = bucketJob(kind, job, { dueMs, nowMs: clock(), ...facts });
    const isSame = put.key.equals(key);
    const committed = await commitOnce(metadata, {
      checks: [{ key, version }],
      puts: [put],
      deletes: isSame ? [] : [key],
    });
    if (committed.ok) this.#held = { key: put.key, version: committed.version };
    return committed.ok;
  }
}
