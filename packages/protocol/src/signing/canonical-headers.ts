// The header lines in the strings to sign of V1, V2 and V4.
import { compareBinary } from "../bytes.ts";

/** `name:value` lines, ordered by name. Names are lower case, values binary strings. */
export function canonicalHeaders(headers: readonly (readonly [string, string])[]): string {
  return [...headers]
    .sort(([left], [right]) => compareBinary(left, right))
    .map(([name, value]) => `${name}:${value.trim()}\n`)
    .join("");
}
