// GetBucketCors: returns the stored rules. PutBucketCors stores AllowedHeader in lower case.
import { OssError } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";
import { readConfig } from "../../objects/buckets/bucket-config.ts";

/** Reads the CORS rules. */
export const getBucketCors: Handler<"getBucketCors"> = async ({ services, bucket }) => {
  const found = await readConfig(services, bucket, "cors");
  if (found === undefined) {
    throw new OssError("NoSuchCORSConfiguration", { BucketName: bucket.name });
  }
  return { output: found };
};
