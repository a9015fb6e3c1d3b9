// GetObjectMeta: size, entity tag, time and CRC.
import type { Handler } from "../handler.ts";
import { lastModified, requireHead } from "./current-version.ts";

/** Reads the few facts that cost least. */
export const getObjectMeta: Handler<"getObjectMeta"> = ({ head }, input) => {
  const { record } = requireHead(head, input);
  return Promise.resolve({
    output: {
      contentLength: record.size,
      etag: record.etag,
      lastModified: lastModified(record),
      hashCrc64: record.crc64,
    },
  });
};
