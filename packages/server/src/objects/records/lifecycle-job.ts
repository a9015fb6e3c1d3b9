// The job that applies a bucket's lifecycle rules. Its id is the bucket's, and the token of the
// rules.
import type { Put } from "@ossicle/store";
import { type JobTimes, jobPut } from "./jobs.ts";
import type { BucketId } from "./key-space.ts";
import type { JobRecord } from "./records.ts";

/** Bytes of a bucket's id. */
const bucketIdBytes = 8;

/** The record of the job. */
export function lifecycleJob(
  bucket: BucketId,
  token: string,
  times: JobTimes & Pick<JobRecord, "progress">,
): Put & { readonly key: Buffer } {
  return jobPut("lifecycle", Buffer.concat([bucket, Buffer.from(token, "hex")]), times);
}

/** The bucket and the token of a job's id. */
export function lifecycleJobOf(id: Uint8Array): {
  readonly bucket: Buffer;
  readonly token: string;
} {
  const bytes = Buffer.from(id);
  return {
    bucket: bytes.subarray(0, bucketIdBytes),
    token: bytes.subarray(bucketIdBytes).toString("hex"),
  };
}
