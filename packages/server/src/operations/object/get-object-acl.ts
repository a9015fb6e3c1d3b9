// GetObjectACL: the object's own ACL, `default` when it follows the bucket.
import type { Handler } from "../handler.ts";
import { requireHead } from "./current-version.ts";

/** Reads an object's ACL. */
export const getObjectAcl: Handler<"getObjectAcl"> = ({ services, head }, input) => {
  const { record } = requireHead(head, input);
  return Promise.resolve({
    output: {
      owner: services.accounts.owner,
      accessControlList: { grant: record.acl ?? "default" },
    },
  });
};
