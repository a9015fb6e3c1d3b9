// A callback as the application server received it.
import type { AnyHeaders } from "./header-finder.ts";

/** A callback as it was received. */
export interface ReceivedCallback {
  /** The raw request target, path and query, before any router or proxy changed it. */
  readonly target: string;
  readonly headers: AnyHeaders;
  /** The raw body, as bytes or text; a parsed and serialised one never verifies. */
  readonly body: Uint8Array | string;
}

/**
 * A raw body's bytes. Text is what Express's `text()` and some platforms keep: the same bytes,
 * unless they were no UTF-8.
 */
export function rawBytes(body: Uint8Array | string): Uint8Array {
  return typeof body === "string" ? new TextEncoder().encode(body) : body;
}
