// DeleteBucketTags: removes all tags, or those that are named.
import { readConfig, writeConfig } from "../../objects/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Removes a bucket's tags. */
export const deleteBucketTags: Handler<"deleteBucketTags"> = async (
  { services, bucket },
  { tagging = "" },
) => {
  const named = new Set(tagging.split(","));
  const found = tagging === "" ? undefined : await readConfig(services, bucket, "tags");
  const tags = (found?.tags ?? []).filter(({ key }) => !named.has(key));
  const value = tags.length === 0 ? undefined : { tags };
  await writeConfig(services, bucket, { name: "tags", value });
  return { output: {} };
};
