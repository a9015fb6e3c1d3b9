// TriggerCallback: calls the application back for an object that exists.
import {
  type CallbackRequest,
  encodeCallbackParameters,
  type EncodedCallback,
  formatTrigger,
  triggerCallback as declaration,
  type TriggerCallbackInput,
  type TriggerCallbackOutput,
} from "@ossicle/protocol";
import type { CallOptions } from "./call-options.ts";
import { uploadResult, type UploadResult } from "./callback-answer.ts";
import type { Connection } from "./connection.ts";
import { decodeOutput, send } from "./send.ts";

/** The object, and the callback to send for it. */
export interface TriggerCallbackRequest extends Omit<TriggerCallbackInput, "process"> {
  readonly callback: CallbackRequest | EncodedCallback;
}

/**
 * Calls the application back for an object that exists. Rejects with {@link CallbackFailedError}
 * when the application did not confirm it. Never retried.
 */
export async function triggerCallback(
  connection: Connection,
  { callback, ...object }: TriggerCallbackRequest,
  options: CallOptions = {},
): Promise<UploadResult<TriggerCallbackOutput>> {
  const process = formatTrigger(encodeCallbackParameters(callback));
  const input = { ...object, process };
  const body = `x-oss-process=${process}`;
  const sent = await send(connection, declaration, input, { ...options, body });
  return uploadResult(sent, decodeOutput(declaration, sent.response), true);
}
