// The raw body of a callback, which signatures cover byte by byte.

/**
 * A raw body's bytes. Text is what Express's `text()` and some platforms keep: the same bytes,
 * unless they were no UTF-8.
 */
export function rawBytes(body: Uint8Array | string): Uint8Array {
  return typeof body === "string" ? new TextEncoder().encode(body) : body;
}
