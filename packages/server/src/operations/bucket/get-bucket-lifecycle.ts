// GetBucketLifecycle: returns the stored rules.
import { OssError } from "@ossicle/protocol";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Reads a bucket's lifecycle rules. */
export const getBucketLifecycle: Handler<"getBucketLifecycle"> = async ({ services, bucket }) => {
  const found = await readConfig(services, bucket, "lifecycle");
  if (found === undefined) throw new OssError("NoSuchLifecycle", { BucketName: bucket.name });
  return { output: { rules: found.rules } };
};
