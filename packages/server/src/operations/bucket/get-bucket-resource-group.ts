// GetBucketResourceGroup: returns the stored document, or the default.
import type { Handler } from "../handler.ts";
import { defaultResourceGroup } from "./resource-group.ts";
import { readConfig } from "../../objects/buckets/bucket-config.ts";

/** Reads the document. */
export const getBucketResourceGroup: Handler<"getBucketResourceGroup"> = async ({
  services,
  bucket,
}) => {
  const found = await readConfig(services, bucket, "resource-group");
  return { output: found ?? { resourceGroupId: defaultResourceGroup } };
};
