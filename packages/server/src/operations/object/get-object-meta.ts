// GetObjectMeta: size, entity tag, time and CRC.
import { lastAccessOf } from "../../objects/versions/last-access.ts";
import { transitionOf } from "./stored-headers.ts";
import type { Handler } from "../handler.ts";
import { lastModified, requireVersion, shownVersionId } from "./require-version.ts";

/** Reads an object's basic facts. */
export const getObjectMeta: Handler<"getObjectMeta"> = (context, input) => {
  const { record } = requireVersion(context, input);
  const accessedMs = lastAccessOf(context.bucket.gate, record);
  return Promise.resolve({
    output: {
      contentLength: record.size,
      etag: record.etag,
      lastModified: lastModified(record),
      hashCrc64: record.crc64,
      ...(accessedMs === undefined ? {} : { lastAccessTime: new Date(accessedMs) }),
      ...transitionOf(record),
      ...shownVersionId(context.bucket, record),
    },
  });
};
