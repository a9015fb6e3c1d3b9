// PutBucketAccessMonitor: stores the document.
import type { Handler } from "../handler.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/** Stores the document. */
export const putBucketAccessMonitor: Handler<"putBucketAccessMonitor"> = async (
  { services, bucket },
  { status },
) => {
  await writeConfig(services, bucket, { name: "access-monitor", value: { status } });
  return { output: {} };
};
