// GetBucketRequestPayment: returns the stored document, or the default.
import type { Handler } from "../handler.ts";
import { readConfig } from "../../objects/buckets/bucket-config.ts";

/** Reads the document. */
export const getBucketRequestPayment: Handler<"getBucketRequestPayment"> = async ({
  services,
  bucket,
}) => {
  const found = await readConfig(services, bucket, "request-payment");
  return { output: found ?? { payer: "BucketOwner" } };
};
