// GetObjectACL: the object's own ACL, `default` when it follows the bucket.
import type { Handler } from "../handler.ts";
import { requireVersion, shownVersionId } from "./require-version.ts";

/** Reads an object's ACL. */
export const getObjectAcl: Handler<"getObjectAcl"> = (context, input) => {
  const { record } = requireVersion(context, input);
  return Promise.resolve({
    output: {
      owner: context.services.accounts.shown(context.bucket.record.owner),
      accessControlList: { grant: record.acl ?? "default" },
      ...shownVersionId(context.bucket, record),
    },
  });
};
