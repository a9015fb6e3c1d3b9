// PutObject with its callback: three outcomes, told apart. Stored; stored and answered; stored, but the callback failed.
import {
  type CallbackRequest,
  encodeCallbackParameters,
  type EncodedCallback,
  putObject as declaration,
  type PutObjectInput,
  type PutObjectOutput,
} from "@ossicle/protocol";
import type { ProgressListener, UploadBody } from "./body.ts";
import { CallbackFailedError } from "./callback-failed-error.ts";
import type { Connection } from "./connection.ts";
import { decodeOutput, errorFrom, send } from "./send.ts";

/** An upload. */
export interface PutObjectRequest extends Omit<PutObjectInput, "callback" | "callbackVar"> {
  readonly body: UploadBody;
  /** Asks the store to call the application, whose answer becomes the upload's result. */
  readonly callback?: CallbackRequest | EncodedCallback;
  readonly signal?: AbortSignal;
  readonly onProgress?: ProgressListener;
}

/** The application's answer to the callback. */
export interface CallbackAnswer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly text: () => string;
  /** Parses the answer. Throws SyntaxError when it is not JSON. */
  readonly json: () => unknown;
}

/** What an upload came to. */
export interface PutObjectResult extends PutObjectOutput {
  readonly requestId: string | undefined;
  /** Present when a callback was asked for. */
  readonly callback?: CallbackAnswer;
}

/**
 * Stores an object. Rejects with {@link CallbackFailedError} when it is stored but the application did not confirm it, with
 * OssError when the store refused it. An upload with a callback, or one that forbids overwriting, is never repeated.
 */
export async function putObject(
  connection: Connection,
  request: PutObjectRequest,
): Promise<PutObjectResult> {
  const { body, callback, signal, onProgress, ...input } = request;
  const { response, requestId } = await send(
    connection,
    declaration,
    callback === undefined ? input : { ...input, ...encodeCallbackParameters(callback) },
    {
      body,
      signal,
      onProgress,
      repeatable: callback === undefined && request.forbidOverwrite !== true,
    },
  );
  const output = decodeOutput(declaration, response);
  if (response.status === 203) {
    const { message, ec, hostId, status } = await errorFrom(response);
    throw new CallbackFailedError({ message, ec, hostId, status, requestId }, output);
  }
  const result = { ...output, requestId };
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (callback === undefined) return result;
  const text = (): string => new TextDecoder().decode(bytes);
  return { ...result, callback: { bytes, text, json: () => JSON.parse(text()) as unknown } };
}
