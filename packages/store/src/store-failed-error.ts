// The error of a store whose medium has failed while it was in use.

/**
 * The store's medium failed, and this process can use it no longer. Every later call fails with the
 * same error, because a library whose write has failed may have lost its own state. A new process
 * opens the medium again.
 */
export class StoreFailedError extends Error {
  override readonly name: string = "StoreFailedError";
}
