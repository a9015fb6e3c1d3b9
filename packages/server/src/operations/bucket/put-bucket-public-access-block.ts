// PutBucketPublicAccessBlock: keeps the document.
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Keeps the document. */
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
