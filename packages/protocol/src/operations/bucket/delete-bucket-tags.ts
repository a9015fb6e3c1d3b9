// DeleteBucketTags: removes all tags of a bucket, or the named ones.
import { text } from "../../codec.ts";
import { bucketName, type Nothing, type Operation, query } from "../../operation.ts";

/** What DeleteBucketTags takes. */
export interface DeleteBucketTagsInput {
  readonly bucket: string;
  /** Names of tags, comma-separated; all tags when absent or empty. */
  readonly tagging?: string;
}

/** Removes a bucket's tags. */
export const deleteBucketTags: Operation<DeleteBucketTagsInput, Nothing> = {
  name: "DeleteBucketTags",
  method: "DELETE",
  level: "bucket",
  selectors: ["tagging"],
  access: "owner",
  action: "DeleteBucketTagging",
  idempotent: true,
  reads: "nothing",
  status: 204,
  input: { bucket: bucketName(), tagging: query("tagging", text) },
  output: {},
};
