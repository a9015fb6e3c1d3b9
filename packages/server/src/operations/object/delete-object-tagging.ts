// DeleteObjectTagging: removes the tags from a version's record.
import { OssError } from "@ossicle/protocol";
import { updateVersion } from "../../objects/versions/update-version.ts";
import type { Handler } from "../handler.ts";
import { requireVersion, shownVersionId } from "./require-version.ts";

/** Removes an object's tags. */
export const deleteObjectTagging: Handler<"deleteObjectTagging"> = async (context, input) => {
  requireVersion(context, input);
  const { services, bucket, head } = context;
  const { key, versionId } = input;
  const changed = await updateVersion(services, { bucket, key, head, versionId }, (old) => ({
    record: { ...old, tags: undefined },
  }));
  if (changed === undefined) throw new OssError("NoSuchKey", { Key: key });
  return { output: shownVersionId(bucket, changed.record) };
};
