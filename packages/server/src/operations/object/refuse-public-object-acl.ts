// Refuses public ACLs of objects where public access is blocked.
import { type ObjectAcl, OssError } from "@ossicle/protocol";
import { isPublicBlocked } from "../../objects/buckets/public-access-block.ts";
import type { BucketContext } from "../handler.ts";

/** Throws AccessDenied for a public ACL in a bucket whose public access is blocked. */
export async function refusePublicObjectAcl(
  { services, bucket }: Pick<BucketContext, "services" | "bucket">,
  { acl = "default" }: { readonly acl?: ObjectAcl },
): Promise<void> {
  if (acl === "default" || acl === "private") return;
  if (!(await isPublicBlocked(services, bucket))) return;
  const message = "Put public object acl is not allowed.";
  throw new OssError("AccessDenied", {}, { message, ec: "0016-00000901" });
}
