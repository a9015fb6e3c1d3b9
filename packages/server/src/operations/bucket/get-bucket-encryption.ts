// GetBucketEncryption: returns the rule of the bucket's gate.
import { OssError } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";
import { documentOf } from "../../objects/buckets/choose-encryption.ts";

/** Reads a bucket's encryption. */
export const getBucketEncryption: Handler<"getBucketEncryption"> = ({ bucket }) => {
  const { encryption } = bucket.gate;
  if (encryption === undefined) {
    throw new OssError("NoSuchServerSideEncryptionRule", { BucketName: bucket.name });
  }
  const output = { applyServerSideEncryptionByDefault: documentOf(encryption) };
  return Promise.resolve({ output });
};
