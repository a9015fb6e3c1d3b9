// PutBucketRequestPayment: stores the document.
import type { Handler } from "../handler.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/** Stores the document. */
export const putBucketRequestPayment: Handler<"putBucketRequestPayment"> = async (
  { services, bucket },
  { payer },
) => {
  await writeConfig(services, bucket, { name: "request-payment", value: { payer } });
  return { output: {} };
};
