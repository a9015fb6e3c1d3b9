// DeleteBucketLogging: removes the document, and the gate's remark about it.
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Turns a bucket's access log off. */
export const deleteBucketLogging: Handler<"deleteBucketLogging"> = async ({ services, bucket }) => {
  const gate = { hasLogging: undefined };
  await writeConfig(services, bucket, { name: "logging", value: undefined, gate });
  return { output: {} };
};
