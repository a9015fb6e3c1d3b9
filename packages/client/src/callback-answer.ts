// Distinguishes the three outcomes of an upload: stored without a callback, stored and confirmed by
// the application, and stored with a failed callback.
import { CallbackFailedError, type StoredUpload } from "./callback-failed-error.ts";
import { errorFrom, type Sent } from "./send.ts";

/** The application's answer to the callback. */
export interface CallbackAnswer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly text: () => string;
  /** Parses the answer. Throws SyntaxError when it is not JSON. */
  readonly json: () => unknown;
}

/** The result of an upload. */
export type UploadResult<Output> = Output & {
  readonly requestId: string | undefined;
  /** Present when the upload requested a callback. */
  readonly callback?: CallbackAnswer;
};

/**
 * Turns an answer into an upload's result. Throws CallbackFailedError when the object is stored but
 * the application did not confirm it.
 */
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
