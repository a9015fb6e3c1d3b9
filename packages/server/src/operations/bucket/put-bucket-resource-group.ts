// PutBucketResourceGroup: keeps the name of a group; none puts the bucket back into the default one.
import { OssError } from "@ossicle/protocol";
import { writeConfig } from "../../objects/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Keeps the group. */
export const putBucketResourceGroup: Handler<"putBucketResourceGroup"> = async (
  { services, bucket },
  { resourceGroupId = "" },
) => {
  // No group was ever made here; OSS's own ids are `rg-` and 15 letters or digits.
  if (resourceGroupId !== "" && !/^rg-(?:default|[a-z0-9*]{15})$/.test(resourceGroupId)) {
    throw new OssError("ResourceGroupIdPreCheckError");
  }
  const value = resourceGroupId === "" ? undefined : { resourceGroupId };
  await writeConfig(services, bucket, { name: "resource-group", value });
  return { output: {} };
};
