// HeadBucket: checks that a bucket exists, and returns its region.
import { text } from "../../codec.ts";
import { bucketName, header, type Operation } from "../../operation.ts";

/** What HeadBucket takes. */
export interface HeadBucketInput {
  readonly bucket: string;
}

/** What HeadBucket answers. */
export interface HeadBucketOutput {
  /** The region's id, for example `cn-hangzhou`. */
  readonly region: string;
}

/** Checks that a bucket exists. */
export const headBucket: Operation<HeadBucketInput, HeadBucketOutput> = {
  name: "HeadBucket",
  method: "HEAD",
  level: "bucket",
  access: "owner",
  action: "GetBucketInfo",
  idempotent: true,
  reads: "nothing",
  input: { bucket: bucketName() },
  output: { region: header("x-oss-bucket-region", text) },
};
