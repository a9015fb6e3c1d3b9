// PutBucketPublicAccessBlock: stores the document.
import type { Handler } from "../handler.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/** Stores the document. */
export const putBucketPublicAccessBlock: Handler<"putBucketPublicAccessBlock"> = async (
  { services, bucket },
  { blockPublicAccess },
) => {
  await writeConfig(services, bucket, {
    name: "public-access-block",
    value: { blockPublicAccess },
  });
  return { output: {} };
};
