// GetBucketCallbackPolicy: the stored callbacks.
import { OssError } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";
import { readConfig } from "../../objects/buckets/bucket-config.ts";

/** Reads the stored callbacks. */
export const getBucketCallbackPolicy: Handler<"getBucketCallbackPolicy"> = async ({
  services,
  bucket,
}) => {
  const found = await readConfig(services, bucket, "callback-policy");
  if (found === undefined) {
    throw new OssError("BucketCallbackPolicyNotExist", { BucketName: bucket.name });
  }
  return { output: found };
};
