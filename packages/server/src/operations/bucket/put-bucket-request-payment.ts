// PutBucketRequestPayment: keeps the document.
import { writeConfig } from "../../objects/bucket-config.ts";
import type { Handler } from "../handler.ts";
import { malformedDocument } from "./malformed-document.ts";

/** Keeps the document. */
export const putBucketRequestPayment: Handler<"putBucketRequestPayment"> = async (
  { services, bucket },
  { payer },
) => {
  if (payer === undefined) {
    throw malformedDocument("The document is not whole.");
  }
  await writeConfig(services, bucket, { name: "request-payment", value: { payer } });
  return { output: {} };
};
