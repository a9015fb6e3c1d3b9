// The three outcomes of an upload with a callback, told apart: stored; stored and answered; stored,
// but the callback failed.
import { CallbackFailedError, type StoredUpload } from "./callback-failed-error.ts";
import { errorFrom, type Sent } from "./send.ts";

/** The application's answer to the callback. */
export interface CallbackAnswer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly text: () => string;
  /** Parses the answer. Throws SyntaxError when it is not JSON. */
  readonly json: () => unknown;
}

/** What an upload came to. */
export type UploadResult<Output> = Output & {
  readonly requestId: string | undefined;
  /** Present when a callback was asked for. */
  readonly callback?: CallbackAnswer;
};

/** Reads an upload's answer. Throws CallbackFailedError when it is stored but was not confirmed. */
export function uploadResult<Output extends StoredUpload>(
  { response, bytes, requestId }: Sent,
  output: Output,
  withCallback: boolean,
): UploadResult<Output> {
  if (response.status === 203) {
    throw new CallbackFailedError(errorFrom(response, bytes), output);
  }
  const result = { ...output, requestId };
  if (!withCallback) return result;
  const text = (): string => new TextDecoder().decode(bytes);
  return { ...result, callback: { bytes, text, json: () => JSON.parse(text()) as unknown } };
}
