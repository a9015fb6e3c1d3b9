// GetBucketLocation: the region of a bucket.
import { text } from "../../codec.ts";
import { bucketName, type Operation, rootText } from "../../operation.ts";

/** What GetBucketLocation takes. */
export interface GetBucketLocationInput {
  readonly bucket: string;
}

/** What GetBucketLocation answers. */
export interface GetBucketLocationOutput {
  /** `oss-` and the region's id. */
  readonly location: string;
}

/** Reads a bucket's location. */
export const getBucketLocation: Operation<GetBucketLocationInput, GetBucketLocationOutput> = {
  name: "GetBucketLocation",
  method: "GET",
  level: "bucket",
  selectors: ["location"],
  access: "owner",
  action: "GetBucketLocation",
  idempotent: true,
  reads: "nothing",
  outputRoot: "LocationConstraint",
  input: { bucket: bucketName() },
  output: { location: rootText(text) },
};
