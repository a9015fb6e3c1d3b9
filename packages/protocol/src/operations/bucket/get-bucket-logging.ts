// GetBucketLogging: where the bucket's access log goes.
import { bucketName, type Operation } from "../../operation.ts";
import { type BucketLoggingStatus, loggingElement } from "./put-bucket-logging.ts";

/** What GetBucketLogging takes. */
export interface GetBucketLoggingInput {
  readonly bucket: string;
}

/** What GetBucketLogging answers. */
export type GetBucketLoggingOutput = BucketLoggingStatus;

/** Reads where a bucket's access log goes. A bucket without a log is not an error. */
export const getBucketLogging: Operation<GetBucketLoggingInput, GetBucketLoggingOutput> = {
  name: "GetBucketLogging",
  method: "GET",
  level: "bucket",
  selectors: ["logging"],
  access: "owner",
  action: "GetBucketLogging",
  idempotent: true,
  reads: "nothing",
  outputRoot: "BucketLoggingStatus",
  input: { bucket: bucketName() },
  output: { loggingEnabled: loggingElement },
};
