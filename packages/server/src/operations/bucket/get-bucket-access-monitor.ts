// GetBucketAccessMonitor: the document as it was kept, or what holds until it is set.
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
