// GetBucketReferer: which pages may link to the bucket's objects.
import { bucketName, type Operation } from "../../operation.ts";
import { type RefererConfiguration, refererElements } from "./put-bucket-referer.ts";

/** What GetBucketReferer takes. */
export interface GetBucketRefererInput {
  readonly bucket: string;
}

/** What GetBucketReferer answers. */
export type GetBucketRefererOutput = RefererConfiguration;

/** Reads which pages may link to a bucket's objects: all, when nothing was set. */
export const getBucketReferer: Operation<GetBucketRefererInput, GetBucketRefererOutput> = {
  name: "GetBucketReferer",
  method: "GET",
  level: "bucket",
  selectors: ["referer"],
  access: "owner",
  action: "GetBucketReferer",
  idempotent: true,
  reads: "nothing",
  outputRoot: "RefererConfiguration",
  input: { bucket: bucketName() },
  output: refererElements,
};
