// PutBucketAccessMonitor: keeps the document.
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Keeps the document. */
export const putBucketAccessMonitor: Handler<"putBucketAccessMonitor"> = async (
  { services, bucket },
  { status },
) => {
  await writeConfig(services, bucket, { name: "access-monitor", value: { status } });
  return { output: {} };
};
