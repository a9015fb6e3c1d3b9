// GetSymlink: returns the target and the headers of the link itself.
import { OssError } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";
import { lastModified, requireVersion, shownVersionId } from "./require-version.ts";

/** Reads a symlink's target. */
export const getSymlink: Handler<"getSymlink"> = (context, input) => {
  const { record } = requireVersion(context, input);
  if (record.symlinkTarget === undefined) throw new OssError("NotSymlink");
  return Promise.resolve({
    output: {
      symlinkTarget: record.symlinkTarget,
      etag: record.etag,
      lastModified: lastModified(record),
      contentType: record.contentType,
      ...(record.metadata === undefined ? {} : { metadata: record.metadata }),
      ...shownVersionId(context.bucket, record),
    },
  });
};
