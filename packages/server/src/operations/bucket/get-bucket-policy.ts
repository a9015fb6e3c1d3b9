// GetBucketPolicy: returns the stored text.
import { OssError } from "@ossicle/protocol";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Reads a bucket's policy. */
export const getBucketPolicy: Handler<"getBucketPolicy"> = async ({ services, bucket }) => {
  const output = await readConfig(services, bucket, "policy");
  if (output === undefined) throw new OssError("NoSuchBucketPolicy", { BucketName: bucket.name });
  return { output };
};
