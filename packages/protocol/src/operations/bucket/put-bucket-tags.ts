// PutBucketTags: replaces the tags of a bucket.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";
import { type TagSet, tagSetElement } from "../../tag-set.ts";

/** What PutBucketTags takes. */
export interface PutBucketTagsInput {
  readonly bucket: string;
  /** At most 20 tags. */
  readonly tagSet: TagSet;
}

/** Sets a bucket's tags. */
export const putBucketTags: Operation<PutBucketTagsInput, Nothing> = {
  name: "PutBucketTags",
  method: "PUT",
  level: "bucket",
  selectors: ["tagging"],
  access: "owner",
  action: "PutBucketTagging",
  idempotent: true,
  reads: "nothing",
  inputRoot: "Tagging",
  input: { bucket: bucketName(), tagSet: tagSetElement },
  output: {},
};
