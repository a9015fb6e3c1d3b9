// DeleteBucketWebsite: removes the document, and the gate's remark about it.
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Removes a bucket's website. */
export const deleteBucketWebsite: Handler<"deleteBucketWebsite"> = async ({ services, bucket }) => {
  const gate = { hasWebsite: undefined };
  await writeConfig(services, bucket, { name: "website", value: undefined, gate });
  return { output: {} };
};
