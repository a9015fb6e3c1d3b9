// A callback as the application server received it.
import type { AnyHeaders } from "./header-finder.ts";

/** A callback as it was received. */
export interface ReceivedCallback {
  /** The raw request target, path and query, before any router or proxy changed it. */
  readonly target: string;
  readonly headers: AnyHeaders;
  /**
   * The raw body, as bytes or text. A body that was parsed and serialised again does not verify.
   */
  readonly body: Uint8Array | string;
}

/**
 * Returns a raw body's bytes. Express's `text()` and some platforms keep the body as text; its
 * UTF-8 encoding equals the original bytes if those were UTF-8.
 */
export function rawBytes(body: Uint8Array | string): Uint8Array {
  return typeof body === "string" ? new TextEncoder().encode(body) : body;
}
