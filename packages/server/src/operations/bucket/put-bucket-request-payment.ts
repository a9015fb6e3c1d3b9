// PutBucketRequestPayment: keeps the document.
import type { Handler } from "../handler.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/** Keeps the document. */
export const putBucketRequestPayment: Handler<"putBucketRequestPayment"> = async (
  { services, bucket },
  { payer },
) => {
  await writeConfig(services, bucket, { name: "request-payment", value: { payer } });
  return { output: {} };
};
