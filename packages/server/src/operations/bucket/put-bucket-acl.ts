// PutBucketAcl: replaces the bucket's ACL document. Uploads in progress are not affected, because
// their commits do not check the document.
import { OssError } from "@ossicle/protocol";
import { authorize } from "../../access/authorize.ts";
import type { Handler } from "../handler.ts";
import { putBucket } from "./put-bucket.ts";
import { refusePublicAcl } from "./refuse-public-acl.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/**
 * Sets a bucket's ACL, or creates a missing bucket with that ACL (integration tests of ali-oss and
 * of the SDKs for Python and Java).
 */
export const putBucketAcl: Handler<"putBucketAcl"> = async (context, { bucket: name, acl }) => {
  const { services, identity, found } = context;
  const location = `/${name}`;
  if (found.bucket === undefined) {
    if (acl === undefined) throw new OssError("NoSuchBucket", { BucketName: name });
    authorize(identity, { operation: "putBucket", bucket: name }, { found });
    return putBucket(context, { bucket: name, acl });
  }
  // Without the header nothing changes (integration test of the Java SDK).
  if (acl === undefined) return { output: { location } };
  await refusePublicAcl(services, found.bucket, acl);
  await writeConfig(services, found.bucket, { name: "acl", value: { acl } });
  return { output: { location } };
};
