// Refuses public ACLs on a bucket that blocks public access.
import { type BucketAcl, OssError } from "@ossicle/protocol";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import type { LookUpServices } from "../../objects/buckets/look-up.ts";
import { isPublicBlocked } from "../../objects/buckets/public-access-block.ts";

/** Throws AccessDenied for a public ACL on a bucket that blocks public access. */
export async function refusePublicAcl(
  services: LookUpServices,
  bucket: Bucket,
  acl: BucketAcl,
): Promise<void> {
  if (acl === "private") return;
  if (!(await isPublicBlocked(services, bucket))) return;
  throw new OssError(
    "AccessDenied",
    {},
    { message: "Put public bucket acl is not allowed.", ec: "0003-00000301" },
  );
}
