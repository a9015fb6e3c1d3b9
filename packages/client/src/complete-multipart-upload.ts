// CompleteMultipartUpload with its callback. The application's answer replaces the XML document.
import {
  type CallbackRequest,
  completeMultipartUpload as declaration,
  type CompleteMultipartUploadInput,
  encodeCallbackParameters,
  encodeDocument,
  type EncodedCallback,
} from "@ossicle/protocol";
import { uploadResult, type UploadResult } from "./callback-answer.ts";
import type { StoredUpload } from "./callback-failed-error.ts";
import type { CallOptions } from "./call-options.ts";
import type { Connection } from "./connection.ts";
import { decodeOutput, send } from "./send.ts";

/** A completion. */
export interface CompleteMultipartUploadRequest extends Omit<
  CompleteMultipartUploadInput,
  "callback" | "callbackVar"
> {
  /** Asks the store to call the application, whose answer becomes the result. */
  readonly callback?: CallbackRequest | EncodedCallback;
}

/** The result of a completion. */
export type CompleteMultipartUploadResult = UploadResult<StoredUpload>;

/**
 * Completes an upload in parts. Rejects as putObject does. Never retried: a second completion would
 * find no upload.
 */
export async function completeMultipartUpload(
  connection: Connection,
  { callback, ...input }: CompleteMultipartUploadRequest,
  options: CallOptions = {},
): Promise<CompleteMultipartUploadResult> {
  const sent = await send(
    connection,
    declaration,
    callback === undefined ? input : { ...input, ...encodeCallbackParameters(callback) },
    {
      ...options,
      // With `completeAll`, the store uses every part that it has, and the request has no document.
      document:
        input.completeAll === undefined
          ? encodeDocument(declaration.input, input, "CompleteMultipartUpload")
          : undefined,
    },
  );
  const { etag, hashCrc64, versionId } = decodeOutput(declaration, sent.response);
  const stored = { etag, hashCrc64, ...(versionId === undefined ? {} : { versionId }) };
  return uploadResult(sent, stored, callback !== undefined);
}
