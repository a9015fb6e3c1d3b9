// DeleteBucketPublicAccessBlock: removes the document; one that is not there is no error.
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
