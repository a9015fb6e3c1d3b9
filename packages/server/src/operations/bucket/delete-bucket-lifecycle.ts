// DeleteBucketLifecycle: removes the document. The job that applies the rules ends by itself.
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Removes a bucket's lifecycle rules. */
export const deleteBucketLifecycle: Handler<"deleteBucketLifecycle"> = async ({
  services,
  bucket,
}) => {
  await writeConfig(services, bucket, {
    name: "lifecycle",
    value: undefined,
    ...(bucket.gate.hasExpiration === undefined ? {} : { gate: { hasExpiration: undefined } }),
  });
  return { output: {} };
};
