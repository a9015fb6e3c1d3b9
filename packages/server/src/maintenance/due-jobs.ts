// Does the jobs of one kind that are due, each under a lease.
import type { Logger } from "pino";
import { type BucketJobKind, bucketJobOf } from "../objects/records/bucket-job.ts";
import { entriesOf } from "../objects/records/entries-of.ts";
import { jobsDueBefore, readJob } from "../objects/records/jobs.ts";
import type { JobRecord } from "../objects/records/records.ts";
import type { StorageServices } from "../objects/records/storage-services.ts";
import { LeasedJob } from "./leased-job.ts";

/** A job that this worker has taken. */
export interface DueJob {
  readonly bucket: Uint8Array;
  /** The token of the setting that keeps the job. */
  readonly token: string;
  readonly lease: LeasedJob;
  /** How far an earlier worker has come. */
  readonly progress: JobRecord["progress"] | undefined;
}

/** How jobs are done. */
export interface JobWork {
  readonly isClosing: () => boolean;
  /** Does a job. Returns whether it was left before its end. */
  readonly perform: (job: DueJob) => Promise<boolean>;
}

/**
 * Does each job that is due once. Returns whether one was left before its end. Failures are logged;
 * the jobs are done again when their leases have ended.
 */
export async function performDueJobs(
  services: Pick<StorageServices, "metadata" | "clock"> & { readonly log: Logger },
  kind: BucketJobKind,
  { isClosing, perform }: JobWork,
): Promise<boolean> {
  const { metadata, clock, log } = services;
  let hasLeft = false;
  try {
    for await (const entry of entriesOf(metadata, jobsDueBefore(clock() + 1))) {
      if (isClosing()) break;
      const job = readJob(entry);
      if (job?.kind !== kind) continue;
      const { bucket, token } = bucketJobOf(job.id);
      const lease = new LeasedJob(services, { kind, bucket, token }, entry);
      const { progress } = job;
      try {
        if (!(await lease.renew(progress))) continue; // another worker has it
        if (await perform({ bucket, token, lease, progress })) hasLeft = true;
      } catch (cause) {
        log.error({ err: cause, kind }, "a job of a bucket failed; it is tried again");
      }
    }
  } catch (cause) {
    log.error({ err: cause, kind }, "the jobs of buckets could not be read");
  }
  return hasLeft;
}
