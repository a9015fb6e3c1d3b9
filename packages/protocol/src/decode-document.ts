// Reads the fields of an operation's input (server) or output (client) that travel in its XML
// document, by its table of bindings.
import { invalidInput } from "./decode.ts";
import type { Binding, Bindings } from "./operation.ts";
import { OssError } from "./oss-error.ts";
import type { XmlElement } from "./xml/parse.ts";

/**
 * Reads the members of `T` that travel in the document. Throws MalformedXML, with `ec` if given, or
 * InvalidArgument.
 */
export function decodeDocument<T>(
  bindings: Bindings<T>,
  root: XmlElement,
  ec?: string,
): Partial<T> {
  const encodeKeys = root.children.find((child) => child.name === "EncodingType")?.text === "url";
  const out: Record<string, unknown> = {};
  for (const field in bindings) {
    const binding = bindings[field] as Binding<unknown>;
    if (!isInDocument(binding)) continue;
    const value = decodeElement(binding, root, { encodeKeys, ec });
    if (value !== undefined) out[field] = value;
  }
  return out as Partial<T>; // filled from T's own table
}

function isInDocument(binding: Binding<unknown>): binding is ElementBinding {
  const { place } = binding;
  return place === "element" || place === "elements" || place === "mixed" || place === "root";
}

type ElementBinding = Extract<
  Binding<unknown>,
  { place: "element" | "elements" | "mixed" | "root" }
>;

function decodeElement(
  binding: ElementBinding,
  root: XmlElement,
  { encodeKeys, ec }: { readonly encodeKeys: boolean; readonly ec: string | undefined },
): unknown {
  try {
    if (binding.place === "root") return binding.codec.decode(root.text);
    if (binding.place === "mixed") {
      return root.children.flatMap((child) => {
        const codec = binding.codecs[child.name];
        return codec === undefined
          ? []
          : [{ name: child.name, value: codec.read(child, { encodeKeys }) }];
      });
    }
    const found = root.children.filter((child) => child.name === binding.name);
    if (binding.place === "elements") {
      return found.map((child) => binding.codec.read(child, { encodeKeys }));
    }
    return found[0] === undefined ? undefined : binding.codec.read(found[0], { encodeKeys });
  } catch (cause) {
    const name = "name" in binding ? binding.name : root.name;
    if (binding.place === "element" && binding.invalid !== undefined) {
      const value = root.children.find((child) => child.name === name)?.text ?? "";
      throw invalidInput(binding, value, cause);
    }
    throw new OssError(
      "MalformedXML",
      { ErrorDetail: `The element ${name} is not valid.` },
      { cause, ec },
    );
  }
}
