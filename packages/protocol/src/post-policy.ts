// The policy of a PostObject form: the uploads that its signer allows. The server parses it and
// checks forms against it.
import { OssError } from "./oss-error.ts";

/** A condition on a form field; names are in lower case and without `$`. */
export type PostCondition =
  | { readonly operator: "eq" | "starts-with"; readonly field: string; readonly value: string }
  | {
      readonly operator: "in" | "not-in";
      readonly field: string;
      readonly values: readonly string[];
    }
  | { readonly operator: "content-length-range"; readonly min: number; readonly max: number };

/** A policy. */
export interface PostPolicy {
  readonly expiration: Date;
  readonly conditions: readonly PostCondition[];
}

/** Sizes that a policy allows, in bytes, both included. */
export interface SizeRange {
  readonly min: number;
  readonly max: number;
}

/** Reads a policy's JSON. Throws InvalidPolicyDocument with OSS's ECs. */
export function parsePostPolicy(text: string): PostPolicy {
  let document: unknown;
  try {
    document = JSON.parse(strictJson(text));
  } catch (cause) {
    throw invalid("The policy is not JSON.", "0006-00000209", cause);
  }
  if (!isRecord(document)) throw invalid("The policy is not an object.", "0006-00000209");
  const { expiration, conditions } = document;
  if (expiration === undefined && conditions === undefined) {
    throw invalid("The policy has neither expiration nor conditions.", "0006-00000209");
  }
  if (!Array.isArray(conditions)) throw invalid("The policy has no conditions.", "0006-00000207");
  if (expiration === undefined) throw invalid("The policy has no expiration.", "0006-00000208");
  if (typeof expiration !== "string" || expiration === "") {
    throw invalid("The policy's expiration is not a string, or is empty.", "0006-00000211");
  }
  const ends = new Date(expiration);
  // `Date` turns a day that its month does not have into a day of the next month.
  const isDay =
    !Number.isNaN(ends.getTime()) && ends.toISOString().startsWith(expiration.slice(0, 10));
  if (!iso8601.test(expiration) || !isDay) {
    throw invalid(
      "The policy's expiration must be a time in UTC such as 2026-01-01T12:00:00.000Z.",
      "0006-00000212",
    );
  }
  return { expiration: ends, conditions: conditions.flatMap(readCondition) };
}

// The only form of a time that OSS takes (OSS documentation, PostObject: ISO 8601 in GMT).
const iso8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

// OSS's JSON has one escape more: `\$` (OSS documentation, PostObject).
function strictJson(text: string): string {
  return text.replaceAll(/\\([\s\S])/g, (whole, character) => (character === "$" ? "$" : whole));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readCondition(item: unknown): readonly PostCondition[] {
  if (isRecord(item)) {
    return Object.entries(item).map(([name, value]) => {
      if (typeof value !== "string")
        throw invalid("A condition's value is not a string.", "0006-00000222");
      return { operator: "eq", field: fieldName(name), value };
    });
  }
  if (!Array.isArray(item)) {
    throw invalid("A condition is neither a list nor a map.", "0006-00000222");
  }
  const [operator, field, value] = item as readonly unknown[];
  if (typeof operator !== "string" || operator === "") {
    throw invalid("A condition has no operator.", "0006-00000216");
  }
  switch (operator.toLowerCase()) {
    case "content-length-range":
      return [readRange(field, value)];
    case "eq":
    case "starts-with":
      if (typeof field !== "string" || typeof value !== "string") {
        throw invalid("A condition's field or value is not a string.", "0006-00000222");
      }
      return [
        {
          operator: operator.toLowerCase() === "eq" ? "eq" : "starts-with",
          field: fieldName(field),
          value,
        },
      ];
    case "in":
    case "not-in":
      if (typeof field !== "string" || !isTexts(value)) {
        throw invalid("A condition's values are not a list of strings.", "0006-00000222");
      }
      return [
        {
          operator: operator.toLowerCase() === "in" ? "in" : "not-in",
          field: fieldName(field),
          values: value,
        },
      ];
    default:
      throw invalid(`A condition's operator ${operator} is not known.`, "0006-00000216");
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function readRange(min: unknown, max: unknown): PostCondition {
  if (!isSize(min) || !isSize(max)) {
    throw invalid("content-length-range needs two integers.", "0006-00000219");
  }
  if (max < min) throw invalid("content-length-range ends before it begins.", "0006-00000223");
  return { operator: "content-length-range", min, max };
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function fieldName(name: string): string {
  return name.replace(/^\$/, "").toLowerCase();
}

function invalid(message: string, ec: string, cause?: unknown): OssError<"InvalidPolicyDocument"> {
  return new OssError(
    "InvalidPolicyDocument",
    {},
    { message: `Invalid Policy: ${message}`, ec, cause },
  );
}

/** The form and the time that a policy is checked against. */
export interface PostSubject {
  /** The value of a field by its lower-case name; an absent one counts as empty. */
  readonly field: (name: string) => string | undefined;
  readonly nowMs: number;
}

/**
 * Checks a form and returns the sizes that its file may have. Throws AccessDenied with OSS's words.
 */
export function checkPostPolicy(policy: PostPolicy, { field, nowMs }: PostSubject): SizeRange {
  if (nowMs >= policy.expiration.getTime()) {
    throw denied("Policy expired.", "0006-00000213");
  }
  let range: SizeRange = { min: 0, max: Number.MAX_SAFE_INTEGER };
  for (const condition of policy.conditions) {
    if (condition.operator === "content-length-range") {
      range = { min: Math.max(range.min, condition.min), max: Math.min(range.max, condition.max) };
    } else if (!holds(condition, field(condition.field) ?? "")) {
      throw denied(`Policy Condition failed: ${describe(condition)}`, "0006-00000227");
    }
  }
  return range;
}

type FieldCondition = Exclude<PostCondition, { readonly operator: "content-length-range" }>;

function holds(condition: FieldCondition, value: string): boolean {
  switch (condition.operator) {
    case "eq":
      return value === condition.value;
    case "starts-with":
      return value.startsWith(condition.value);
    case "in":
      return condition.values.includes(value);
    default:
      return !condition.values.includes(value);
  }
}

function describe(condition: FieldCondition): string {
  const value = "value" in condition ? condition.value : condition.values;
  return `["${condition.operator}", "$${condition.field}", ${JSON.stringify(value)}]`;
}

function denied(message: string, ec: string): OssError<"AccessDenied"> {
  return new OssError(
    "AccessDenied",
    {},
    { message: `Invalid according to Policy: ${message}`, ec },
  );
}
