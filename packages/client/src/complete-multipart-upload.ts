// CompleteMultipartUpload with its callback, whose answer stands in place of the document.
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

/** What a completion came to. */
export type CompleteMultipartUploadResult = UploadResult<StoredUpload>;

/**
 * Completes an upload in parts. Rejects as putObject does. Never repeated: a second completion
 * finds no upload.
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
      // Completing all parts there are takes no document.
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
