// GetBucketArchiveDirectRead: returns the stored document.
import { OssError } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";
import { readConfig } from "../../objects/buckets/bucket-config.ts";

/** Reads the document. */
export const getBucketArchiveDirectRead: Handler<"getBucketArchiveDirectRead"> = async ({
  services,
  bucket,
}) => {
  const found = await readConfig(services, bucket, "archive-direct-read");
  if (found === undefined)
    throw new OssError("NoSuchArchiveDirectReadConfiguration", { BucketName: bucket.name });
  return { output: found };
};
