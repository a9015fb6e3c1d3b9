// What every method takes beside its input, and adds to its output.
import type { ProgressListener } from "./body.ts";

/** What every method may be given. */
export interface CallOptions {
  /** Ends the call: it rejects with the signal's reason. What was sent by then may be done. */
  readonly signal?: AbortSignal | undefined;
}

/** What methods that send a body may be given. */
export interface UploadOptions extends CallOptions {
  readonly onProgress?: ProgressListener | undefined;
}

/** An output, and the id of the request in the store's log and ledger. */
export type WithRequestId<Output> = Output & { readonly requestId: string | undefined };
