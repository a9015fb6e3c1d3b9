// GetObjectTagging: the tags in a version's record.
import type { Handler } from "../handler.ts";
import { requireVersion, shownVersionId } from "./require-version.ts";

/** Reads an object's tags. */
export const getObjectTagging: Handler<"getObjectTagging"> = (context, input) => {
  const { record } = requireVersion(context, input);
  const tags = (record.tags ?? []).map(([key, value]) => ({ key, value }));
  return Promise.resolve({
    output: { tagSet: { tags }, ...shownVersionId(context.bucket, record) },
  });
};
