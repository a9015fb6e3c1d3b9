// The query of a request target: decoded once, in order, as binary strings.
import { percentDecode } from "./bytes.ts";

/** One query parameter, decoded, as binary strings. */
export interface QueryParameter {
  readonly name: string;
  readonly value: string;
}

/** Splits a raw query (without `?`). A name without `=` has an empty value. */
export function parseQuery(raw: string): readonly QueryParameter[] {
  if (raw === "") return [];
  const out: QueryParameter[] = [];
  for (const part of raw.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    out.push(
      equals < 0
        ? { name: percentDecode(part), value: "" }
        : {
            name: percentDecode(part.slice(0, equals)),
            value: percentDecode(part.slice(equals + 1)),
          },
    );
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
