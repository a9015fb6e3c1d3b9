// The error of a question to the admin listener.

/** The store refused a request, or cannot be reached. */
export class AskError extends Error {
  override readonly name: string = "AskError";
  /** HTTP status; 0 when the store did not answer. */
  readonly status: number;
  /** OSS's code, if the answer had one. */
  readonly code: string | undefined;

  constructor(status: number, message: string, code?: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
