// GetBucketTags: reads the tags of a bucket. A bucket without tags is not an error.
import { bucketName, type Operation } from "../../operation.ts";
import { type TagSet, tagSetElement } from "../../tag-set.ts";

/** What GetBucketTags takes. */
export interface GetBucketTagsInput {
  readonly bucket: string;
}

/** What GetBucketTags answers. */
export interface GetBucketTagsOutput {
  readonly tagSet: TagSet;
}

/** Reads a bucket's tags. */
export const getBucketTags: Operation<GetBucketTagsInput, GetBucketTagsOutput> = {
  name: "GetBucketTags",
  method: "GET",
  level: "bucket",
  selectors: ["tagging"],
  access: "owner",
  action: "GetBucketTagging",
  idempotent: true,
  reads: "nothing",
  outputRoot: "Tagging",
  input: { bucket: bucketName() },
  output: { tagSet: tagSetElement },
};
