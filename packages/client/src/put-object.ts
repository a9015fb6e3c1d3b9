// PutObject with its callback.
import {
  type CallbackRequest,
  encodeCallbackParameters,
  type EncodedCallback,
  putObject as declaration,
  type PutObjectInput,
  type PutObjectOutput,
} from "@ossicle/protocol";
import type { UploadBody } from "./body.ts";
import type { UploadOptions } from "./call-options.ts";
import { uploadResult, type UploadResult } from "./callback-answer.ts";
import type { Connection } from "./connection.ts";
import { decodeOutput, send } from "./send.ts";

/** An upload. */
export interface PutObjectRequest extends Omit<PutObjectInput, "callback" | "callbackVar"> {
  readonly body: UploadBody;
  /** Asks the store to call the application, whose answer becomes the upload's result. */
  readonly callback?: CallbackRequest | EncodedCallback;
}

/** The result of an upload. */
export type PutObjectResult = UploadResult<PutObjectOutput>;

/**
 * Stores an object. Rejects with {@link CallbackFailedError} when it is stored but the application
 * did not confirm it, and with OssError when the store refused it. An upload with a callback, or
 * one that forbids overwriting, is never retried.
 */
export async function putObject(
  connection: Connection,
  request: PutObjectRequest,
  options: UploadOptions = {},
): Promise<PutObjectResult> {
  const { body, callback, ...input } = request;
  const sent = await send(
    connection,
    declaration,
    callback === undefined ? input : { ...input, ...encodeCallbackParameters(callback) },
    {
      ...options,
      body,
      ...((callback !== undefined || request.forbidOverwrite === true) && { repeatable: false }),
    },
  );
  return uploadResult(sent, decodeOutput(declaration, sent.response), callback !== undefined);
}
