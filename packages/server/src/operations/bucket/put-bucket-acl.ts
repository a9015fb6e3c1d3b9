// PutBucketAcl: replaces the bucket's ACL document. Uploads under way are not disturbed: they do not check it.
import type { BucketAcl } from "@ossicle/protocol";
import { OssError } from "@ossicle/protocol";
import { readConfig, writeConfig } from "../../objects/bucket-config.ts";
import type { Bucket } from "../../objects/look-up.ts";
import type { Services } from "../../services.ts";
import type { Handler } from "../handler.ts";

/** Sets a bucket's ACL. */
export const putBucketAcl: Handler<"putBucketAcl"> = async ({ services, bucket }, input) => {
  const { acl } = input;
  const location = `/${bucket.name}`;
  // Without the header nothing changes (integration test of the Java SDK).
  if (acl === undefined) return { output: { location } };
  await refusePublicAcl(services, bucket, acl);
  await writeConfig(services, bucket, { name: "acl", value: { acl } });
  return { output: { location } };
};

/** Throws AccessDenied for a public ACL on a bucket that blocks public access. */
export async function refusePublicAcl(
  services: Pick<Services, "metadata">,
  bucket: Bucket,
  acl: BucketAcl,
): Promise<void> {
  if (acl === "private") return;
  const block = await readConfig(services, bucket, "public-access-block");
  if (block?.blockPublicAccess !== true) return;
  throw new OssError(
    "AccessDenied",
    {},
    { message: "Put public bucket acl is not allowed.", ec: "0003-00000301" },
  );
}
