// GetObjectLegalHold: the hold in a version's record.
import { OssError } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";
import { requireVersion, shownVersionId } from "./require-version.ts";

/** Reads a version's hold. */
export const getObjectLegalHold: Handler<"getObjectLegalHold"> = (context, input) => {
  const { record } = requireVersion(context, input);
  const { legalHold: status } = record;
  if (status === undefined) {
    throw new OssError("NoSuchObjectLegalHoldConfiguration", { ObjectName: input.key });
  }
  return Promise.resolve({ output: { status, ...shownVersionId(context.bucket, record) } });
};
