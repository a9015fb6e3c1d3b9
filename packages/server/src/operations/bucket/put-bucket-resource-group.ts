// PutBucketResourceGroup: keeps the name of a group; none puts the bucket back into the default one.
import { writeConfig } from "../../objects/bucket-config.ts";
import type { Handler } from "../handler.ts";
import { checkResourceGroup } from "./check-resource-group.ts";

/** Keeps the group. */
export const putBucketResourceGroup: Handler<"putBucketResourceGroup"> = async (
  { services, bucket },
  { resourceGroupId = "" },
) => {
  const value = resourceGroupId === "" ? undefined : { resourceGroupId };
  checkResourceGroup(value?.resourceGroupId);
  await writeConfig(services, bucket, { name: "resource-group", value });
  return { output: {} };
};
