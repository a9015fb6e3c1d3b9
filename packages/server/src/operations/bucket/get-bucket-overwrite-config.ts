// GetBucketOverwriteConfig: returns the stored rules.
import { OssError } from "@ossicle/protocol";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Reads rules about overwriting. */
export const getBucketOverwriteConfig: Handler<"getBucketOverwriteConfig"> = async ({
  services,
  bucket,
}) => {
  const found = await readConfig(services, bucket, "overwrite-rules");
  if (found !== undefined) return { output: found };
  throw new OssError("NoSuchBucketOverwriteConfig", { BucketName: bucket.name });
};
