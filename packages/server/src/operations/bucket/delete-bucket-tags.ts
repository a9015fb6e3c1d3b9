// DeleteBucketTags: removes all tags, or only the named ones.
import type { Handler } from "../handler.ts";
import { changeConfig, writeConfig } from "../../objects/buckets/bucket-config.ts";

/** Removes a bucket's tags. */
export const deleteBucketTags: Handler<"deleteBucketTags"> = async (
  { services, bucket },
  { tagging = "" },
) => {
  if (tagging === "") {
    await writeConfig(services, bucket, { name: "tags", value: undefined });
    return { output: {} };
  }
  const named = new Set(tagging.split(","));
  await changeConfig(services, bucket, "tags", (found) => {
    const tags = found.tags.filter(({ key }) => !named.has(key));
    return tags.length === 0 ? undefined : { tags };
  });
  return { output: {} };
};
