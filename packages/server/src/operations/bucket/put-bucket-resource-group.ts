// PutBucketResourceGroup: keeps the document.
import { writeConfig } from "../../objects/bucket-config.ts";
import type { Handler } from "../handler.ts";
import { malformedDocument } from "./malformed-document.ts";

/** Keeps the document. */
export const putBucketResourceGroup: Handler<"putBucketResourceGroup"> = async (
  { services, bucket },
  { resourceGroupId },
) => {
  if (resourceGroupId === undefined) {
    throw malformedDocument("The document is not whole.");
  }
  await writeConfig(services, bucket, { name: "resource-group", value: { resourceGroupId } });
  return { output: {} };
};
