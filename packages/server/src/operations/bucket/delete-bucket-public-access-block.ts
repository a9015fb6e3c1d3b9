// DeleteBucketPublicAccessBlock: removes the document. A bucket without one is not an error.
import type { Handler } from "../handler.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/** Lets the ACLs decide again. */
export const deleteBucketPublicAccessBlock: Handler<"deleteBucketPublicAccessBlock"> = async ({
  services,
  bucket,
}) => {
  await writeConfig(services, bucket, { name: "public-access-block", value: undefined });
  return { output: {} };
};
