// AbortMultipartUpload: aborts an upload. A job removes its parts in the background.
import { abortUpload, noSuchUpload } from "../../objects/uploads/uploads.ts";
import type { Handler } from "../handler.ts";

/** Aborts an upload. */
export const abortMultipartUpload: Handler<"abortMultipartUpload"> = async (
  { services, bucket, head },
  { key, uploadId },
) => {
  const aborted = await abortUpload(services, { bucket, key, head }, uploadId);
  if (!aborted) throw noSuchUpload(uploadId, "abort");
  return { output: {} };
};
