// DeleteBucketCors: removes the document. A bucket without one is not an error.
import type { Handler } from "../handler.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/** Removes the CORS rules. */
export const deleteBucketCors: Handler<"deleteBucketCors"> = async ({ services, bucket }) => {
  await writeConfig(services, bucket, { name: "cors", value: undefined });
  return { output: {} };
};
