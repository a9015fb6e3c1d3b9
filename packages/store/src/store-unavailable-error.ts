// The error of a store whose medium cannot be reached at the moment.

/** The medium did not answer, or refused the call for now. A later call may succeed. */
export class StoreUnavailableError extends Error {
  override readonly name: string = "StoreUnavailableError";
}
