// DeleteBucketLifecycle: removes the document. The job that applies the rules ends by itself.
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Removes a bucket's lifecycle rules. */
export const deleteBucketLifecycle: Handler<"deleteBucketLifecycle"> = async ({
  services,
  bucket,
}) => {
  const gate = { hasExpiration: undefined };
  await writeConfig(services, bucket, { name: "lifecycle", value: undefined, gate });
  return { output: {} };
};
