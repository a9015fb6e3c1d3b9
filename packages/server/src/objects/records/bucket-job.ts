// Jobs that a bucket's setting keeps: those of lifecycle rules and of inventories. A job's id is
// the bucket's, and the token of the setting. A job of another token ends.
import type { Put } from "@ossicle/store";
import { type JobTimes, jobPut } from "./jobs.ts";
import type { BucketId, JobKind } from "./key-space.ts";
import type { JobRecord } from "./records.ts";

/** Bytes of a bucket's id. */
const bucketIdBytes = 8;

/** Kinds of jobs that a setting keeps. */
export type BucketJobKind = Extract<JobKind, "lifecycle" | "inventory">;

/** What a job belongs to. */
export interface BucketJob {
  readonly bucket: BucketId;
  /** 8 bytes, hex. */
  readonly token: string;
}

/** The record of a job. */
export function bucketJob(
  kind: BucketJobKind,
  { bucket, token }: BucketJob,
  times: JobTimes & Pick<JobRecord, "progress">,
): Put & { readonly key: Buffer } {
  return jobPut(kind, Buffer.concat([bucket, Buffer.from(token, "hex")]), times);
}

/** Reads the bucket and the token from the id of a job. */
export function bucketJobOf(id: Uint8Array): BucketJob & { readonly bucket: Buffer } {
  const bytes = Buffer.from(id);
  return {
    bucket: bytes.subarray(0, bucketIdBytes),
    token: bytes.subarray(bucketIdBytes).toString("hex"),
  };
}
