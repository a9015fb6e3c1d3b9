// DeleteBucketEncryption: removes the rule of the bucket's gate.
import { changeGate } from "../../objects/buckets/change-gate.ts";
import type { Handler } from "../handler.ts";

/** Removes a bucket's encryption. */
export const deleteBucketEncryption: Handler<"deleteBucketEncryption"> = async ({
  services,
  bucket,
}) => {
  await changeGate(services, bucket, (gate) => ({ ...gate, encryption: undefined }));
  return { output: {} };
};
