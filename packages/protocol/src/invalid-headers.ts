// What OSS answers to a header whose value cannot be decoded. It is kept apart from the
// declarations of headers, which are part of every client.
import type { InvalidInput } from "./operation.ts";

/** The refusals by the name of the header, in lower case. Others have no text of their own. */
export const invalidHeaders: Readonly<Record<string, InvalidInput | undefined>> = {
  "x-oss-acl": { message: "no such bucket access control exists" },
  "x-oss-object-acl": { message: "no such object access control exists" },
  "x-oss-storage-class": { message: "No such bucket storage class exists." },
  "x-oss-forbid-overwrite": { ec: "0017-00000279" },
};
