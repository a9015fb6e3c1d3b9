// Decodes a message into an operation's input (server) or output (client), by its table of bindings.
import { binaryToText } from "./bytes.ts";
import type { Codec } from "./codec.ts";
import type { Binding, Bindings, InvalidInput } from "./operation.ts";
import { OssError } from "./oss-error.ts";
import type { XmlElement } from "./xml/parse.ts";

/** Where the values of a message are found. */
export interface MessageSource {
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  /** A header by lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** A query parameter as a binary string. */
  readonly query: (name: string) => string | undefined;
  /** All `x-oss-meta-*` headers, without the prefix. */
  readonly metadata: () => Readonly<Record<string, string>> | undefined;
  /** The root of the document, where there is one. */
  readonly document?: XmlElement | undefined;
}

/** Fills `T` from a message. Throws InvalidArgument or MalformedXML. */
export function decodeFields<T>(bindings: Bindings<T>, source: MessageSource): T {
  const encodeKeys =
    source.document?.children.find((child) => child.name === "EncodingType")?.text === "url";
  const out: Record<string, unknown> = {};
  for (const field in bindings) {
    const value = decodeField(bindings[field] as Binding<unknown>, source, encodeKeys);
    if (value !== undefined) out[field] = value;
  }
  return out as T; // filled from T's own table, which has a binding for every field
}

function decodeField(
  binding: Binding<unknown>,
  source: MessageSource,
  encodeKeys: boolean,
): unknown {
  switch (binding.place) {
    case "bucket":
      return source.bucket;
    case "key":
      return source.key;
    case "header":
      return decodeValue(binding, source.header(binding.lookup));
    case "query": {
      const raw = source.query(binding.name);
      return raw === undefined ? undefined : decodeValue(binding, binaryToText(raw));
    }
    case "metadata":
      return source.metadata();
    default:
      return source.document === undefined
        ? undefined
        : decodeElement(binding, source.document, encodeKeys);
  }
}

interface NamedValue {
  readonly name: string;
  readonly codec: Codec<unknown>;
  readonly invalid?: InvalidInput;
}

function decodeValue(binding: NamedValue, raw: string | undefined): unknown {
  if (raw === undefined) return undefined;
  try {
    return binding.codec.decode(raw);
  } catch (cause) {
    const { message, argumentName, ec } = binding.invalid ?? {};
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: argumentName ?? binding.name, ArgumentValue: raw },
      { cause, message, ec },
    );
  }
}

type ElementBinding = Extract<Binding<unknown>, { place: "element" | "elements" | "root" }>;

function decodeElement(binding: ElementBinding, root: XmlElement, encodeKeys: boolean): unknown {
  try {
    if (binding.place === "root") return binding.codec.decode(root.text);
    const found = root.children.filter((child) => child.name === binding.name);
    if (binding.place === "elements") {
      return found.map((child) => binding.codec.read(child, { encodeKeys }));
    }
    return found[0] === undefined ? undefined : binding.codec.read(found[0], { encodeKeys });
  } catch (cause) {
    const name = binding.place === "root" ? root.name : binding.name;
    throw new OssError(
      "MalformedXML",
      { ErrorDetail: `The element ${name} is not valid.` },
      { cause },
    );
  }
}
