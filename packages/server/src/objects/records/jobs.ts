// Jobs: work that is due at a time. A job says since when it has waited, so that its due time can
// be moved when the clock is set.
import type { MetadataStore, Put } from "@ossicle/store";
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

/** The record of a job. */
export function jobPut(
  kind: JobKind,
  id: Uint8Array,
  { dueMs, nowMs, ...facts }: JobTimes & Omit<JobRecord, "sinceMs">,
): Put & { readonly key: Buffer } {
  return { key: jobKey(dueMs, kind, id), value: jobRecords.encode({ ...facts, sinceMs: nowMs }) };
}

/** A difference between the clocks of two processes that is no step, in milliseconds. */
const toleranceMs = 1_000;

/** A clock that was set. */
export interface ClockChange {
  readonly nowMs: number;
  /**
   * By how much it was set forward just now; 0 otherwise. A clock that was set back shows in the
   * jobs themselves.
   */
  readonly forwardMs: number;
}

/**
 * Moves the due times of jobs when the clock was set back, and returns how many. A job from the
 * future was written before the clock was set back: it waits its whole delay once more, and not
 * until the clock is there again. Before a step forward a job had a rest of its delay left, and
 * keeps it.
 */
export async function redateJobs(
  metadata: MetadataStore,
  { nowMs, forwardMs }: ClockChange,
): Promise<number> {
  let redated = 0;
  for await (const { key, version, value } of entriesOf(metadata, jobRecords.range())) {
    const { sinceMs, ...facts } = jobRecords.decode(value);
    if (sinceMs === undefined) continue; // of an earlier version of the store
    const [, dueMs, kind, id] = jobRecords.partsOf(key);
    const isFromFuture = sinceMs > nowMs + toleranceMs;
    const wasLeftBehind = forwardMs > 0 && sinceMs < nowMs - forwardMs;
    if (!isFromFuture && !wasLeftBehind) continue;
    const delayMs = isFromFuture ? dueMs - sinceMs : dueMs + forwardMs - nowMs;
    const put = jobPut(kind, id, { ...facts, dueMs: nowMs + Math.max(0, delayMs), nowMs });
    if (Buffer.compare(put.key, key) === 0) continue;
    // The holder of a job's lease does not need it: its outcome is checked against the delivery's
    // own record.
    const committed = await commitOnce(metadata, {
      checks: [{ key, version }],
      puts: [put],
      deletes: [key],
    });
    if (committed.ok) redated += 1;
  }
  return redated;
}
