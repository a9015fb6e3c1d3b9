// GetBucketVersioning: reads whether a bucket keeps versions.
import { bucketName, element, type Operation } from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";
import { type VersioningStatus, versioningStatus } from "./put-bucket-versioning.ts";

/** What GetBucketVersioning takes. */
export interface GetBucketVersioningInput {
  readonly bucket: string;
}

/** What GetBucketVersioning answers. */
export interface GetBucketVersioningOutput {
  /** Absent until it is first configured. */
  readonly status?: VersioningStatus;
}

/** Reads a bucket's versioning. */
export const getBucketVersioning: Operation<GetBucketVersioningInput, GetBucketVersioningOutput> = {
  name: "GetBucketVersioning",
  method: "GET",
  level: "bucket",
  selectors: ["versioning"],
  access: "owner",
  action: "GetBucketVersioning",
  idempotent: true,
  reads: "nothing",
  outputRoot: "VersioningConfiguration",
  input: { bucket: bucketName() },
  output: { status: element("Status", leaf(versioningStatus)) },
};
