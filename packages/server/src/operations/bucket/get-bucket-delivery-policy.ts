// GetBucketDeliveryPolicy: returns the stored delivery policy, with its secrets decrypted.
import { OssError } from "@ossicle/protocol";
import { openSecrets } from "../../callback/sending/webhook-secrets.ts";
import type { Handler } from "../handler.ts";
import { readConfig } from "../../objects/buckets/bucket-config.ts";

/** Reads a bucket's delivery policy. */
export const getBucketDeliveryPolicy: Handler<"getBucketDeliveryPolicy"> = async ({
  services,
  bucket,
}) => {
  const found = await readConfig(services, bucket, "delivery-policy");
  if (found === undefined) throw new OssError("NoSuchDeliveryPolicy", { BucketName: bucket.name });
  const webhookSecrets = openSecrets(services.accounts.box, bucket.record.id, found.webhookSecrets);
  return { output: { ...found, webhookSecrets } };
};
