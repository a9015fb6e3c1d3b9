// PutObjectACL: replaces the ACL in a version's record.
import { OssError } from "@ossicle/protocol";
import { updateVersion } from "../../objects/versions/update-version.ts";
import type { Handler } from "../handler.ts";
import { refusePublicObjectAcl } from "./refuse-public-object-acl.ts";
import { requireVersion, shownVersionId } from "./require-version.ts";

/** Sets an object's ACL. */
export const putObjectAcl: Handler<"putObjectAcl"> = async (context, input) => {
  requireVersion(context, input);
  const { services, bucket, head } = context;
  const { acl, key, versionId } = input;
  if (acl === undefined) {
    throw new OssError("MissingArgument"); // integration test of the Java SDK
  }
  await refusePublicObjectAcl(context, { acl });
  // A change of the ACL is an access (documentation of access tracking).
  const accessed = bucket.gate.tracksAccess === undefined ? {} : { accessedMs: services.clock() };
  const changed = await updateVersion(services, { bucket, key, head, versionId }, (old) => ({
    record: { ...old, ...accessed, acl: acl === "default" ? undefined : acl },
  }));
  if (changed === undefined) throw new OssError("NoSuchKey", { Key: key });
  return { output: shownVersionId(bucket, changed.record) };
};
