// GetBucketPublicAccessBlock: returns the stored document, or the default.
import type { Handler } from "../handler.ts";
import { readConfig } from "../../objects/buckets/bucket-config.ts";

/** Reads the document. */
export const getBucketPublicAccessBlock: Handler<"getBucketPublicAccessBlock"> = async ({
  services,
  bucket,
}) => {
  const found = await readConfig(services, bucket, "public-access-block");
  return { output: found ?? { blockPublicAccess: false } };
};
