// GetBucketArchiveDirectRead: whether Archive objects can be read without a restore.
import { bucketName, type Operation } from "../../operation.ts";
import {
  type BucketArchiveDirectReadConfiguration,
  bucketArchiveDirectReadElement,
} from "./put-bucket-archive-direct-read.ts";

/** What GetBucketArchiveDirectRead takes. */
export interface GetBucketArchiveDirectReadInput {
  readonly bucket: string;
}

/** What GetBucketArchiveDirectRead answers. */
export type GetBucketArchiveDirectReadOutput = BucketArchiveDirectReadConfiguration;

/**
 * Reads whether Archive objects can be read without a restore. Fails with
 * NoSuchArchiveDirectReadConfiguration until it is set.
 */
export const getBucketArchiveDirectRead: Operation<
  GetBucketArchiveDirectReadInput,
  GetBucketArchiveDirectReadOutput
> = {
  name: "GetBucketArchiveDirectRead",
  method: "GET",
  level: "bucket",
  selectors: ["bucketArchiveDirectRead"],
  access: "owner",
  action: "GetBucketArchiveDirectRead",
  idempotent: true,
  reads: "nothing",
  outputRoot: "ArchiveDirectReadConfiguration",
  input: { bucket: bucketName() },
  output: { enabled: bucketArchiveDirectReadElement },
};
