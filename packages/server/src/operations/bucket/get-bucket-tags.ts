// GetBucketTags: returns the stored tags, or an empty set.
import type { Handler } from "../handler.ts";
import { readConfig } from "../../objects/buckets/bucket-config.ts";

/** Reads a bucket's tags. */
export const getBucketTags: Handler<"getBucketTags"> = async ({ services, bucket }) => {
  const found = await readConfig(services, bucket, "tags");
  return { output: { tagSet: found ?? { tags: [] } } };
};
