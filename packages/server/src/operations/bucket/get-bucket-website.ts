// GetBucketWebsite: returns the stored document.
import { OssError } from "@ossicle/protocol";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Reads a bucket's website. */
export const getBucketWebsite: Handler<"getBucketWebsite"> = async ({ services, bucket }) => {
  const output = await readConfig(services, bucket, "website");
  if (output !== undefined) return { output };
  throw new OssError("NoSuchWebsiteConfiguration", { BucketName: bucket.name });
};
