// PutBucketTags: checks the tags and keeps them.
import { bucketTagLimits } from "@ossicle/protocol";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";
import { checkTagSet } from "./check-tag-set.ts";

/** Sets a bucket's tags. */
export const putBucketTags: Handler<"putBucketTags"> = async ({ services, bucket }, input) => {
  const tags = checkTagSet(input.tagSet, bucketTagLimits);
  await writeConfig(services, bucket, { name: "tags", value: { tags } });
  return { output: {} };
};
