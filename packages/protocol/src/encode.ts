// Encodes an operation's input (client) or output (server) into the parts of a message, by its table of bindings.
import type { Binding, Bindings } from "./operation.ts";
import { escapeXml } from "./xml/escape.ts";

/** The parts of a message. */
export interface EncodedMessage {
  readonly bucket?: string;
  readonly key?: string;
  /** Names in OSS's own spelling: the .NET SDK's lookups are case-sensitive (observed, 2.14.0). */
  readonly headers: readonly (readonly [string, string])[];
  readonly query: readonly (readonly [string, string])[];
  /** The XML document, when a root was asked for. */
  readonly document?: string;
}

/** Prefix of user metadata, lower case on the wire. */
export const metadataPrefix = "x-oss-meta-";

/** Turns a value into message parts; `root` names the document's root element, if there is a document. */
export function encodeFields<T>(bindings: Bindings<T>, value: T, root?: string): EncodedMessage {
  const fields = value as Readonly<Record<string, unknown>>;
  const context = { encodeKeys: fields["encodingType"] === "url" };
  const headers: [string, string][] = [];
  const query: [string, string][] = [];
  const names: { bucket?: string; key?: string } = {};
  let content = "";
  for (const field in bindings) {
    const item = fields[field];
    if (item === undefined) continue;
    const binding = bindings[field] as Binding<unknown>;
    switch (binding.place) {
      case "bucket":
      case "key":
        names[binding.place] = item as string; // both bindings are of strings
        break;
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
        break;
      case "root":
        content += escapeXml(binding.codec.encode(item));
        break;
      case "element":
        content += `<${binding.name}>${binding.codec.write(item, context)}</${binding.name}>`;
        break;
      case "elements":
        for (const one of item as readonly never[]) {
          content += `<${binding.name}>${binding.codec.write(one, context)}</${binding.name}>`;
        }
    }
  }
  // No xmlns: the C#, Java, Python and JavaScript parsers fail on one (wire facts, trap 2).
  return root === undefined
    ? { ...names, headers, query }
    : { ...names, headers, query, document: xmlDocument(root, content) };
}

/** A document with OSS's declaration. */
export function xmlDocument(root: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${content}</${root}>\n`;
}
