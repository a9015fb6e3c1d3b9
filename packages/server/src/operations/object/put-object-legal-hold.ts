// PutObjectLegalHold: replaces the hold in a version's record.
import { OssError } from "@ossicle/protocol";
import { updateVersion } from "../../objects/versions/update-version.ts";
import type { Handler } from "../handler.ts";
import { refuseAppendable, requireObjectWorm } from "./object-retention.ts";
import { requireVersion, shownVersionId } from "./require-version.ts";

/** Sets or takes off the hold of a version. */
export const putObjectLegalHold: Handler<"putObjectLegalHold"> = async (context, input) => {
  requireVersion(context, input);
  const { services, bucket, head } = context;
  requireObjectWorm(bucket);
  const { key, versionId, status } = input;
  const changed = await updateVersion(services, { bucket, key, head, versionId }, (old) => {
    refuseAppendable(old);
    return { record: { ...old, legalHold: status } };
  });
  if (changed === undefined) throw new OssError("NoSuchKey", { Key: key });
  return { output: shownVersionId(bucket, changed.record) };
};
