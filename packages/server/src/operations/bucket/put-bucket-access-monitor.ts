// PutBucketAccessMonitor: keeps the document.
import { writeConfig } from "../../objects/bucket-config.ts";
import type { Handler } from "../handler.ts";
import { malformedDocument } from "./malformed-document.ts";

/** Keeps the document. */
export const putBucketAccessMonitor: Handler<"putBucketAccessMonitor"> = async (
  { services, bucket },
  { status },
) => {
  if (status === undefined) {
    throw malformedDocument("The document is not whole.");
  }
  await writeConfig(services, bucket, { name: "access-monitor", value: { status } });
  return { output: {} };
};
