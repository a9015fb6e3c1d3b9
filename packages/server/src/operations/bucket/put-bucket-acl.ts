// PutBucketAcl: replaces the bucket's ACL document. Uploads under way are not disturbed: they do not check it.
import { type BucketAcl, OssError } from "@ossicle/protocol";
import { commitOnce } from "../../objects/commit.ts";
import { configKey, gateKey } from "../../objects/keys.ts";
import { type Bucket, lookUp } from "../../objects/look-up.ts";
import { type AclRecord, encodeRecord } from "../../objects/records.ts";
import type { Services } from "../../services.ts";
import type { Handler } from "../handler.ts";

/** Most tries against others who change the same bucket. */
export const maxBucketTries = 8;

/** Sets a bucket's ACL. */
export const putBucketAcl: Handler<"putBucketAcl"> = async ({ services, bucket }, input) => {
  if (input.acl === undefined) {
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "x-oss-acl", ArgumentValue: "" },
      { message: "no such bucket access control exists" },
    );
  }
  let current: Bucket | undefined = bucket;
  for (let tries = 0; tries < maxBucketTries && current !== undefined; tries += 1) {
    if (await writeBucketAcl(services, current, input.acl)) return { output: {} };
    current = (await lookUp(services, input.bucket)).bucket;
  }
  if (current === undefined) throw new OssError("NoSuchBucket", { BucketName: input.bucket });
  throw new OssError("ServiceUnavailable");
};

/** Writes the ACL document. Returns false when the bucket has changed meanwhile. */
export async function writeBucketAcl(
  services: Pick<Services, "metadata">,
  bucket: Bucket,
  acl: BucketAcl,
): Promise<boolean> {
  const record: AclRecord = { acl };
  const committed = await commitOnce(services.metadata, {
    checks: [{ key: gateKey(bucket.id), version: bucket.gateVersion }],
    puts: [{ key: configKey(bucket.id, "acl"), value: encodeRecord(record) }],
    deletes: [],
  });
  return committed.ok;
}
