// GetBucketAcl: the bucket's ACL and owner.
import type { Handler } from "../handler.ts";

/** Reads a bucket's ACL. */
export const getBucketAcl: Handler<"getBucketAcl"> = ({ services, bucket }) =>
  Promise.resolve({
    output: {
      owner: services.accounts.shown(bucket.record.owner),
      accessControlList: { grant: bucket.acl },
    },
  });
