// The options that every method takes, and the request id that it adds to its output.
import type { ProgressListener } from "./body.ts";

/** Options of every method. */
export interface CallOptions {
  /**
   * Aborts the call, which rejects with the signal's reason. The store may still carry out a
   * request that was already sent.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Options of methods that send a body. */
export interface UploadOptions extends CallOptions {
  readonly onProgress?: ProgressListener | undefined;
}

/** An output, and the id of the request in the store's log and ledger. */
export type WithRequestId<Output> = Output & { readonly requestId: string | undefined };
