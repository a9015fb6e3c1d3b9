// PutObjectACL: replaces the ACL in the current version's record.
import { OssError } from "@ossicle/protocol";
import type { ObjectRecord } from "../../objects/records.ts";
import { updateObject } from "../../objects/write-object.ts";
import type { Handler } from "../handler.ts";
import { requireHead } from "./current-version.ts";

/** Sets an object's ACL. */
export const putObjectAcl: Handler<"putObjectAcl"> = async ({ services, bucket, head }, input) => {
  requireHead(head, input);
  const { acl, key } = input;
  if (acl === undefined) {
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "x-oss-object-acl", ArgumentValue: "" },
      { message: "no such object access control exists" },
    );
  }
  const found = await updateObject(services, { bucket, key, head }, (record) => {
    const { acl: _old, ...rest } = record;
    return acl === "default" ? rest : ({ ...rest, acl } satisfies ObjectRecord);
  });
  if (!found) throw new OssError("NoSuchKey", { Key: key });
  return { output: {} };
};
