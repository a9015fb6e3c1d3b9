// DeleteBucketCallbackPolicy: removes the document; one that is not there is no error.
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
