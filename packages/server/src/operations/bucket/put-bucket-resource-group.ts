// PutBucketResourceGroup: stores the id of a group. Without an id, the bucket returns to the
// default group.
import { OssError } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";
import { isResourceGroup } from "./resource-group.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/** Sets a bucket's resource group. */
export const putBucketResourceGroup: Handler<"putBucketResourceGroup"> = async (
  { services, bucket },
  { resourceGroupId = "" },
) => {
  const value = resourceGroupId === "" ? undefined : { resourceGroupId };
  if (value !== undefined && !isResourceGroup(resourceGroupId)) {
    throw new OssError("ResourceGroupIdPreCheckError");
  }
  await writeConfig(services, bucket, { name: "resource-group", value });
  return { output: {} };
};
