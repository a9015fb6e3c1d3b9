// Reads the answer to an upload that was sent without this client: by `fetch` with a ticket, or
// with an upload form. A callback that failed is a 203, for which `response.ok` is true, and whose
// body is XML.
import { putObject } from "@ossicle/protocol";
import { readBody } from "./answer.ts";
import { uploadResult, type UploadResult } from "./callback-answer.ts";
import type { StoredUpload } from "./callback-failed-error.ts";
import { decodeOutput, errorFrom } from "./send.ts";

/**
 * Turns the answer to an upload into its result. Rejects with CallbackFailedError when the object
 * is stored but the application did not confirm it, and with OssError when the store refused the
 * upload. Needs no access key.
 * @example
 * const { url, method, headers } = ticket;
 * const response = await fetch(url, { method, headers, body: file });
 * const { callback } = await readUploadAnswer(response);
 */
export async function readUploadAnswer(response: Response): Promise<UploadResult<StoredUpload>> {
  const bytes = await readBody(response);
  if (!response.ok) throw errorFrom(response, bytes);
  const { etag, hashCrc64, versionId } = decodeOutput(putObject, response);
  const stored = { etag, hashCrc64, ...(versionId === undefined ? {} : { versionId }) };
  const requestId = response.headers.get("x-oss-request-id") ?? undefined;
  // A form with `success_action_status` 201 and without callback is answered by an XML document.
  const withCallback = bytes.length > 0 && response.status !== 201;
  return uploadResult({ response, bytes, requestId }, stored, withCallback);
}
