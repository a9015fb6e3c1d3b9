// PutBucketTags: checks the tags and stores them.
import { bucketTagLimits } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";
import { checkTagSet } from "./check-tag-set.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/** Sets a bucket's tags. */
export const putBucketTags: Handler<"putBucketTags"> = async ({ services, bucket }, input) => {
  const tags = checkTagSet(input.tagSet, bucketTagLimits);
  await writeConfig(services, bucket, { name: "tags", value: { tags } });
  return { output: {} };
};
