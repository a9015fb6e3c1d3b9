// Jobs: work that is due at a certain time. A job records when its wait began, so that its due time
// can be moved when the clock is set.
import type { Entry, MetadataStore, Put } from "@ossicle/store";
import { commitOnce } from "./commit.ts";
import { entriesOf } from "./entries-of.ts";
import { type JobKind, jobRecords } from "./key-space.ts";
import type { KeyRange } from "./record-kind.ts";
import type { JobRecord } from "./records.ts";

/** When a job is due, and since when it waits: milliseconds since 1970. */
export interface JobTimes {
  readonly dueMs: number;
  readonly nowMs: number;
}

/** Only shard of the job queue; a cluster will have 16. */
const embeddedShard = 0;

/** The key of a job. */
export function jobKey(dueMs: number, kind: JobKind, id: Uint8Array): Buffer {
  return jobRecords.key(embeddedShard, dueMs, kind, id);
}

/** All jobs that are due before a time. */
export function jobsDueBefore(dueMs: number): KeyRange {
  const { from } = jobRecords.range(embeddedShard);
  return { from, to: jobRecords.range(embeddedShard, dueMs).from };
}

/** A job as the queue holds it. */
export interface Job extends JobRecord {
  readonly dueMs: number;
  readonly kind: JobKind;
  readonly id: Uint8Array;
}

/**
 * Reads a job. Returns undefined for one that cannot be read, such as one of a later version of
 * Ossicle, after a call of `onUnreadable`: it must not stop the jobs after it.
 */
export function readJob(
  { key, value }: Pick<Entry, "key" | "value">,
  onUnreadable: (cause: unknown) => void = () => undefined,
): Job | undefined {
  try {
    const [, dueMs, kind, id] = jobRecords.partsOf(key);
    return { ...jobRecords.decode(value), dueMs, kind, id };
  } catch (cause) {
    onUnreadable(cause);
    return undefined;
  }
}

/** The record of a job. */
export function jobPut(
  kind: JobKind,
  id: Uint8Array,
  { dueMs, nowMs, ...facts }: JobTimes & Omit<JobRecord, "sinceMs">,
): Put & { readonly key: Buffer } {
  return { key: jobKey(dueMs, kind, id), value: jobRecords.encode({ ...facts, sinceMs: nowMs }) };
}

/**
 * Largest difference between the clocks of two processes that does not count as a change, in
 * milliseconds.
 */
const toleranceMs = 1_000;

/** A clock that was set. */
export interface ClockChange {
  readonly nowMs: number;
  /**
   * By how much the clock was just set forward, in milliseconds; 0 otherwise. A clock that was set
   * back needs no value, because its jobs began to wait in the future.
   */
  readonly forwardMs: number;
}

/**
 * Moves the due times of jobs after the clock was set, and returns how many it moved. A job whose
 * wait begins in the future was written before the clock was set back. It waits its whole delay
 * once more, instead of until the clock reaches its old due time. After a step forward, a job keeps
 * the rest of its delay.
 */
export async function redateJobs(
  metadata: MetadataStore,
  { nowMs, forwardMs }: ClockChange,
): Promise<number> {
  let redated = 0;
  for await (const { key, version, value } of entriesOf(metadata, jobRecords.range())) {
    const job = readJob({ key, value });
    // An earlier version of Ossicle wrote jobs without the time.
    if (job?.sinceMs === undefined) continue;
    const { sinceMs, dueMs, kind, id, ...facts } = job;
    const isFromFuture = sinceMs > nowMs + toleranceMs;
    const wasLeftBehind = forwardMs > 0 && sinceMs < nowMs - forwardMs;
    if (!isFromFuture && !wasLeftBehind) continue;
    const delayMs = isFromFuture ? dueMs - sinceMs : dueMs + forwardMs - nowMs;
    const put = jobPut(kind, id, { ...facts, dueMs: nowMs + Math.max(0, delayMs), nowMs });
    if (Buffer.compare(put.key, key) === 0) continue;
    // A process that holds the job's lease may lose the job, because its outcome is checked against
    // the delivery's record.
    const committed = await commitOnce(metadata, {
      checks: [{ key, version }],
      puts: [put],
      deletes: [key],
    });
    if (committed.ok) redated += 1;
  }
  return redated;
}
