// GetObjectMeta: size, entity tag, time and CRC.
import type { Handler } from "../handler.ts";
import { lastModified, requireVersion, shownVersionId } from "./require-version.ts";

/** Reads an object's basic facts. */
export const getObjectMeta: Handler<"getObjectMeta"> = (context, input) => {
  const { record } = requireVersion(context, input);
  return Promise.resolve({
    output: {
      contentLength: record.size,
      etag: record.etag,
      lastModified: lastModified(record),
      hashCrc64: record.crc64,
      ...shownVersionId(context.bucket, record),
    },
  });
};
