// Writes the XML document of an operation's input (client) or output (server), by its table of
// bindings.
import type { Binding, Bindings } from "./operation.ts";
import { escapeXml } from "./xml/escape.ts";

/**
 * Writes a document with this root element. With `refuseUnknown`, throws TypeError for a member of
 * a nested value that its table does not have.
 */
export function encodeDocument<T>(
  bindings: Bindings<T>,
  value: T,
  root: string,
  { refuseUnknown = false }: { readonly refuseUnknown?: boolean } = {},
): string {
  const fields = value as Readonly<Record<string, unknown>>;
  const context = { encodeKeys: fields["encodingType"] === "url", refuseUnknown };
  let content = "";
  for (const field in bindings) {
    const item = fields[field];
    if (item === undefined) continue;
    const binding = bindings[field] as Binding<unknown>;
    switch (binding.place) {
      case "root":
        content += escapeXml(binding.codec.encode(item));
        break;
      case "element":
        content += `<${binding.name}>${binding.codec.write(item, context)}</${binding.name}>`;
        break;
      case "mixed":
        for (const { name, value: one } of item as readonly { name: string; value: never }[]) {
          content += `<${name}>${binding.codecs[name]?.write(one, context)}</${name}>`;
        }
        break;
      case "elements":
        for (const one of item as readonly never[]) {
          content += `<${binding.name}>${binding.codec.write(one, context)}</${binding.name}>`;
        }
    }
  }
  return xmlDocument(root, content);
}

/**
 * A document with OSS's declaration. No xmlns: the C#, Java, Python and JavaScript parsers fail on
 * one (docs/reference/protocol/requests.md, XML).
 */
export function xmlDocument(root: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${content}</${root}>\n`;
}
