// DeleteBucketTransferAcceleration: removes the document. A bucket without one is not an error.
import type { Handler } from "../handler.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/** Removes the document. */
export const deleteBucketTransferAcceleration: Handler<
  "deleteBucketTransferAcceleration"
> = async ({ services, bucket }) => {
  await writeConfig(services, bucket, { name: "transfer-acceleration", value: undefined });
  return { output: {} };
};
