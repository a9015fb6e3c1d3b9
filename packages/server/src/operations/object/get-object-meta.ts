// GetObjectMeta: size, entity tag, time and CRC.
import { lastAccessOf } from "../../objects/versions/last-access.ts";
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
      ...shownVersionId(context.bucket, record),
    },
  });
};
