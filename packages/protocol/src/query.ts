// The query of a request target: decoded once, in order, as binary strings.
import { percentDecode } from "./bytes.ts";

/** One query parameter, decoded, as binary strings. */
export interface QueryParameter {
  readonly name: string;
  readonly value: string;
}

/**
 * Parameters of free text. In their values `+` is a space: oss2, whose requests are encoded as a
 * form's are, sends it and signs a space. In others, such as Base64, it stays.
 */
const freeText = /^(?:prefix|delimiter|(?:key-)?marker|start-after|response-[a-z-]+)$/;

/** Splits a raw query (without `?`). A name without `=` has an empty value. */
export function parseQuery(query: string): readonly QueryParameter[] {
  if (query === "") return [];
  const out: QueryParameter[] = [];
  for (const part of query.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = percentDecode(equals < 0 ? part : part.slice(0, equals));
    const raw = equals < 0 ? "" : part.slice(equals + 1);
    const value = percentDecode(freeText.test(name) ? raw.replaceAll("+", " ") : raw);
    out.push({ name, value });
  }
  return out;
}

/** The first value of a parameter: OSS uses the first of duplicates. */
export function queryValue(
  parameters: readonly QueryParameter[],
  name: string,
): string | undefined {
  for (const parameter of parameters) if (parameter.name === name) return parameter.value;
  return undefined;
}
