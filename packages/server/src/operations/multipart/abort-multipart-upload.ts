// AbortMultipartUpload: gives an upload up; its parts go in the background.
import { abortUpload, noSuchUpload } from "../../objects/uploads/uploads.ts";
import type { Handler } from "../handler.ts";

/** Gives an upload up. */
export const abortMultipartUpload: Handler<"abortMultipartUpload"> = async (
  { services, bucket, head },
  { key, uploadId },
) => {
  const aborted = await abortUpload(services, { bucket, key, head }, uploadId);
  if (!aborted) throw noSuchUpload(uploadId, "abort");
  return { output: {} };
};
