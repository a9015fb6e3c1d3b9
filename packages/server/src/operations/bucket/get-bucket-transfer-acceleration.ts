// GetBucketTransferAcceleration: returns the stored document.
import { OssError } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";
import { readConfig } from "../../objects/buckets/bucket-config.ts";

/** Reads the document. */
export const getBucketTransferAcceleration: Handler<"getBucketTransferAcceleration"> = async ({
  services,
  bucket,
}) => {
  const found = await readConfig(services, bucket, "transfer-acceleration");
  if (found === undefined)
    throw new OssError("NoSuchTransferAccelerationConfiguration", { BucketName: bucket.name });
  return { output: found };
};
