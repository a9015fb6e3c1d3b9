// GetBucketAccessMonitor: returns the stored document, or the default.
import type { Handler } from "../handler.ts";
import { readConfig } from "../../objects/buckets/bucket-config.ts";

/** Reads the document. */
export const getBucketAccessMonitor: Handler<"getBucketAccessMonitor"> = async ({
  services,
  bucket,
}) => {
  const found = await readConfig(services, bucket, "access-monitor");
  return { output: found ?? { status: "Disabled" } };
};
