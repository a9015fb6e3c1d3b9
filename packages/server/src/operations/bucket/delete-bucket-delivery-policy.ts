// DeleteBucketDeliveryPolicy: removes the document. A bucket without one is not an error.
import type { Handler } from "../handler.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/** Removes a bucket's delivery policy. */
export const deleteBucketDeliveryPolicy: Handler<"deleteBucketDeliveryPolicy"> = async ({
  services,
  bucket,
}) => {
  await writeConfig(services, bucket, { name: "delivery-policy", value: undefined });
  return { output: {} };
};
