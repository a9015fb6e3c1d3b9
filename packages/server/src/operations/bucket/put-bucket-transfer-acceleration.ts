// PutBucketTransferAcceleration: keeps the document.
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Keeps the document. */
export const putBucketTransferAcceleration: Handler<"putBucketTransferAcceleration"> = async (
  { services, bucket },
  { enabled },
) => {
  await writeConfig(services, bucket, { name: "transfer-acceleration", value: { enabled } });
  return { output: {} };
};
