// PutObjectTagging: replaces the tags in a version's record.
import { objectTagLimits, OssError } from "@ossicle/protocol";
import { updateVersion } from "../../objects/versions/update-version.ts";
import { checkTagSet } from "../bucket/check-tag-set.ts";
import type { Handler } from "../handler.ts";
import { requireVersion, shownVersionId } from "./require-version.ts";

/** Sets an object's tags. */
export const putObjectTagging: Handler<"putObjectTagging"> = async (context, input) => {
  requireVersion(context, input);
  const { services, bucket, head } = context;
  const { key, versionId } = input;
  const tags = checkTagSet(input.tagSet, objectTagLimits);
  const changed = await updateVersion(services, { bucket, key, head, versionId }, (old) => ({
    record: {
      ...old,
      tags: tags.length === 0 ? undefined : tags.map((tag) => [tag.key, tag.value] as const),
    },
  }));
  if (changed === undefined) throw new OssError("NoSuchKey", { Key: key });
  return { output: shownVersionId(bucket, changed.record) };
};
