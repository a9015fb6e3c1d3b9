// GetObjectRetention: the retention in a version's record.
import { OssError } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";
import { requireVersion, shownVersionId } from "./require-version.ts";

/** Reads a version's retention. */
export const getObjectRetention: Handler<"getObjectRetention"> = (context, input) => {
  const { record } = requireVersion(context, input);
  const { retention } = record;
  if (retention === undefined) {
    throw new OssError("NoSuchObjectRetentionConfiguration", { ObjectName: input.key });
  }
  const { mode, untilMs } = retention;
  const retainUntilDate = new Date(untilMs).toISOString();
  return Promise.resolve({
    output: { mode, retainUntilDate, ...shownVersionId(context.bucket, record) },
  });
};
