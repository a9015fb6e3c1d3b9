// Encodes an operation's input (client) or output (server) into the parts of a message, by its
// table of bindings; its document is made by encode-document.ts, which small clients do without.
import type { Binding, Bindings } from "./operation.ts";

/** The parts of a message. */
export interface EncodedMessage {
  readonly bucket?: string;
  readonly key?: string;
  /** Names in OSS's own spelling: the .NET SDK's lookups are case-sensitive (observed, 2.14.0). */
  readonly headers: readonly (readonly [string, string])[];
  readonly query: readonly (readonly [string, string])[];
}

/** Prefix of user metadata, lower case on the wire. */
export const metadataPrefix = "x-oss-meta-";

/**
 * Encodes a value into message parts, except the members that travel in its document. Throws
 * TypeError if a bucket or key is missing or empty.
 */
export function encodeFields<T>(bindings: Bindings<T>, value: T): EncodedMessage {
  const fields = value as Readonly<Record<string, unknown>>;
  const headers: [string, string][] = [];
  const query: [string, string][] = [];
  const names: { bucket?: string; key?: string } = {};
  for (const field in bindings) {
    const item = fields[field];
    const binding = bindings[field] as Binding<unknown>;
    const { place } = binding;
    if (place === "bucket" || place === "key") {
      // Without its key, DeleteObject would be DeleteBucket.
      if (!item) throw new TypeError(`the ${place} is missing or empty`);
      names[place] = item as string; // both bindings are of strings
    }
    if (item === undefined) continue;
    switch (binding.place) {
      case "header":
        headers.push([binding.name, binding.codec.encode(item)]);
        break;
      case "query":
        query.push([binding.name, binding.codec.encode(item)]);
        break;
      case "metadata":
        for (const [name, text] of Object.entries(item as Readonly<Record<string, string>>)) {
          headers.push([metadataPrefix + name, text]);
        }
    }
  }
  return { ...names, headers, query };
}
