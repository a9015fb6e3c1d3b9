// Writes the rows that a query returns: as CSV, or as JSON.
import { OssError } from "@ossicle/protocol";
import { maxOutputLength } from "./sql/limits.ts";
import { JsonNumber, type SqlValue } from "./sql/values.ts";
import Big from "big.js";

/**
 * Writes fields as a CSV row. A field is quoted where it must be. Throws OutputExceedsMaxSize, as
 * the other writers do.
 */
export function csvRow(
  fields: readonly SqlValue[],
  { fieldDelimiter, recordDelimiter, quote }: Readonly<Record<CsvCharacter, string>>,
): string {
  const special = [fieldDelimiter, quote, recordDelimiter, "\n"];
  const written = bounded(fields, (field) => {
    const text = csvText(field);
    if (!special.some((one) => text.includes(one))) return text;
    return quote + text.replaceAll(quote, quote + quote) + quote;
  });
  return written.join(fieldDelimiter) + recordDelimiter;
}

type CsvCharacter = "fieldDelimiter" | "recordDelimiter" | "quote";

function csvText(value: SqlValue): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : plainText(value);
}

function plainText(value: number | boolean | Big | Date | object): string {
  if (value instanceof Big) return value.toFixed();
  if (value instanceof Date) return value.toISOString();
  if (value instanceof JsonNumber) return value.text;
  return typeof value === "object" ? jsonText(value) : String(value);
}

/** Writes named values as a JSON object, in their order. Missing values are left out. */
export function jsonRow(members: readonly (readonly [string, unknown])[]): string {
  const found = members.filter(([, value]) => value !== undefined);
  const written = bounded(found, ([name, value]) => `${quoted(name)}:${jsonText(value)}`);
  return `{${written.join(",")}}`;
}

/** Writes a value as compact JSON. Numbers keep their digits. */
export function jsonText(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "object") return "null"; // JSON has no other values
  if (value instanceof Date) return quoted(value.toISOString());
  if (value instanceof Big || value instanceof JsonNumber) return plainText(value);
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  return jsonRow(Object.entries(value));
}

// Writes values until they are too long together: a statement can name a long field many times.
function bounded<Value>(
  values: readonly Value[],
  write: (value: Value) => string,
): readonly string[] {
  let length = 0;
  return values.map((value) => {
    const text = write(value);
    length += text.length;
    if (length > maxOutputLength) throw new OssError("OutputExceedsMaxSize");
    return text;
  });
}

// OSS escapes slashes (answers recorded in tests of the Go SDK).
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("/", "\\/");
}
