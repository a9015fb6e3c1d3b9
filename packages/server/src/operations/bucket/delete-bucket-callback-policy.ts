// DeleteBucketCallbackPolicy: removes the document. A bucket without one is not an error.
import type { Handler } from "../handler.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/** Removes the stored callbacks. */
export const deleteBucketCallbackPolicy: Handler<"deleteBucketCallbackPolicy"> = async ({
  services,
  bucket,
}) => {
  await writeConfig(services, bucket, { name: "callback-policy", value: undefined });
  return { output: {} };
};
