// PutBucketTransferAcceleration: stores the document.
import type { Handler } from "../handler.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/** Stores the document. */
export const putBucketTransferAcceleration: Handler<"putBucketTransferAcceleration"> = async (
  { services, bucket },
  { enabled },
) => {
  await writeConfig(services, bucket, { name: "transfer-acceleration", value: { enabled } });
  return { output: {} };
};
