// Decodes a message into an operation's input (server) or output (client), by its table of
// bindings; its document is read by decode-document.ts, which small clients do without.
import { binaryToText } from "./bytes.ts";
import type { Codec } from "./codec.ts";
import { invalidHeaders } from "./invalid-headers.ts";
import type { Binding, Bindings, InvalidInput } from "./operation.ts";
import { OssError } from "./oss-error.ts";

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
}

/**
 * Reads `T` from a message, except the members that travel in its document. Throws InvalidArgument.
 */
export function decodeFields<T>(bindings: Bindings<T>, source: MessageSource): T {
  const out: Record<string, unknown> = {};
  for (const field in bindings) {
    const value = decodeField(bindings[field] as Binding<unknown>, source);
    if (value !== undefined) out[field] = value;
  }
  return out as T; // filled from T's own table, which has a binding for every field
}

function decodeField(binding: Binding<unknown>, source: MessageSource): unknown {
  switch (binding.place) {
    case "bucket":
      return source.bucket;
    case "key":
      return source.key;
    case "header":
      return decodeValue(binding, source.header(lowerCase(binding.name)));
    case "query": {
      const raw = source.query(binding.name);
      return raw === undefined ? undefined : decodeValue(binding, binaryToText(raw));
    }
    case "metadata":
      return source.metadata();
    default:
      return undefined; // part of the document
  }
}

/** Names of headers in lower case, as requests have them. */
const lowerCased = new Map<string, string>();

function lowerCase(name: string): string {
  let found = lowerCased.get(name);
  if (found === undefined) lowerCased.set(name, (found = name.toLowerCase()));
  return found;
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
    throw invalidInput(binding, raw, cause);
  }
}

/** InvalidArgument for a value that cannot be decoded. */
export function invalidInput(
  { name, invalid }: Pick<NamedValue, "name" | "invalid">,
  value: string,
  cause: unknown,
): OssError<"InvalidArgument"> {
  const { message, argumentName = name, ec } = invalid ?? invalidHeaders[name] ?? {};
  return new OssError(
    "InvalidArgument",
    { ArgumentName: argumentName, ArgumentValue: value },
    { cause, message, ec },
  );
}
