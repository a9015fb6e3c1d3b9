// PutBucketArchiveDirectRead: keeps the document.
import { writeConfig } from "../../objects/bucket-config.ts";
import type { Handler } from "../handler.ts";
import { malformedDocument } from "./malformed-document.ts";

/** Keeps the document. */
export const putBucketArchiveDirectRead: Handler<"putBucketArchiveDirectRead"> = async (
  { services, bucket },
  { enabled },
) => {
  if (enabled === undefined) {
    throw malformedDocument("The document is not whole.");
  }
  await writeConfig(services, bucket, { name: "archive-direct-read", value: { enabled } });
  return { output: {} };
};
