// DeleteBucketPolicy: removes the document, and the gate's remark about it.
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Removes a bucket's policy. */
export const deleteBucketPolicy: Handler<"deleteBucketPolicy"> = async ({ services, bucket }) => {
  const gate = { hasPolicy: undefined };
  await writeConfig(services, bucket, { name: "policy", value: undefined, gate });
  return { output: {} };
};
