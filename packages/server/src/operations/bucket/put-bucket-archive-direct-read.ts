// PutBucketArchiveDirectRead: stores the document.
import type { Handler } from "../handler.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/** Stores the document. */
export const putBucketArchiveDirectRead: Handler<"putBucketArchiveDirectRead"> = async (
  { services, bucket },
  { enabled },
) => {
  await writeConfig(services, bucket, { name: "archive-direct-read", value: { enabled } });
  return { output: {} };
};
