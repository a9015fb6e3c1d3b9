// DeleteBucketOverwriteConfig: removes the rules, and the gate's remark about them.
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Removes rules about overwriting. */
export const deleteBucketOverwriteConfig: Handler<"deleteBucketOverwriteConfig"> = async ({
  services,
  bucket,
}) => {
  const gate = { hasOverwriteRules: undefined };
  await writeConfig(services, bucket, { name: "overwrite-rules", value: undefined, gate });
  return { output: {} };
};
