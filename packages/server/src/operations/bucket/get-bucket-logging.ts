// GetBucketLogging: returns the stored target, or an empty document.
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Reads where a bucket's access log goes. */
export const getBucketLogging: Handler<"getBucketLogging"> = async ({ services, bucket }) => {
  const loggingEnabled = await readConfig(services, bucket, "logging");
  return { output: loggingEnabled === undefined ? {} : { loggingEnabled } };
};
