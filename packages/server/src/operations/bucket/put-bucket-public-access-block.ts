// PutBucketPublicAccessBlock: keeps the document.
import { writeConfig } from "../../objects/bucket-config.ts";
import type { Handler } from "../handler.ts";
import { malformedDocument } from "./malformed-document.ts";

/** Keeps the document. */
export const putBucketPublicAccessBlock: Handler<"putBucketPublicAccessBlock"> = async (
  { services, bucket },
  { blockPublicAccess },
) => {
  if (blockPublicAccess === undefined) {
    throw malformedDocument("The document is not whole.");
  }
  await writeConfig(services, bucket, {
    name: "public-access-block",
    value: { blockPublicAccess },
  });
  return { output: {} };
};
