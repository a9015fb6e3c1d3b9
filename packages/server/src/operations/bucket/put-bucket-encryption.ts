// PutBucketEncryption: checks the rule and stores it in the bucket's gate.
import { changeGate } from "../../objects/buckets/change-gate.ts";
import type { Handler } from "../handler.ts";
import { ruleOfDocument } from "../../objects/buckets/choose-encryption.ts";

/** Sets a bucket's encryption. */
export const putBucketEncryption: Handler<"putBucketEncryption"> = async (
  { services, bucket },
  { applyServerSideEncryptionByDefault: given },
) => {
  const encryption = ruleOfDocument(given);
  await changeGate(services, bucket, (gate) => ({ ...gate, encryption }));
  return { output: {} };
};
