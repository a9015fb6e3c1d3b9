// Decides which common prefix a key belongs to, for adapters that scan with `rollUp`.
import type { RollUp } from "./metadata-store.ts";

/** The prefix of a key up to and including the first delimiter. Undefined when the key has none. */
export function commonPrefixOf(key: Uint8Array, rollUp: RollUp): Uint8Array | undefined {
  const view = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  const text = view.subarray(0, view.length - (rollUp.tailLength ?? 0));
  const at = text.indexOf(rollUp.delimiter, rollUp.prefixLength);
  return at < 0 ? undefined : Uint8Array.from(text.subarray(0, at + rollUp.delimiter.length));
}
