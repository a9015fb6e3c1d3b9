// Values of SQL: what is compared with what, and how texts become numbers and times. A value that
// is missing is undefined, and counts as null.
import Big from "big.js";
import { compareText } from "../../objects/records/compare-text.ts";
import { parseTimestamp } from "./timestamps.ts";

/** A number of a JSON document, as it is written there. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value of a row or of an expression. Objects and arrays of JSON can only be printed. */
export type SqlValue = string | number | Big | boolean | Date | object | null | undefined;

/** A row that does not fit the statement. It is skipped, and counted. */
export class UnfitRowError extends Error {
  override readonly name: string = "UnfitRowError";
}

/** Digits that every double keeps. */
const doubleDigits = 15;

/** Most digits of a decimal (SelectObject documentation: 128 bits). */
const decimalDigits = 38;

/** Longest text of a number: more digits are not a number of any type. */
const maxNumberLength = 400;

/** Reads a number. Throws UnfitRowError for other text; empty text is null. */
export function numberOf(text: string): number | Big | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,4})?$/i.test(trimmed)) {
    throw new UnfitRowError("a value is not a number");
  }
  return trimmed.length <= doubleDigits ? finite(Number(trimmed)) : exact(trimmed);
}

/** Whether text is a number that can be calculated with. */
export function isNumber(text: string): boolean {
  try {
    return numberOf(text) !== null;
  } catch {
    return false;
  }
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new UnfitRowError("a number is too large");
}

// A number with more digits than a double keeps stays exact.
function exact(text: string): number | Big {
  if (text.length > maxNumberLength) throw new UnfitRowError("a number has too many digits");
  const value = finite(Number(text));
  const big = new Big(text.replace(/^\+/, ""));
  return new Big(value).eq(big) ? value : big.prec(decimalDigits);
}

/** A value as a number; null when there is none. Throws UnfitRowError. */
export function toNumber(value: SqlValue): number | Big | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || value instanceof Big) return value;
  if (typeof value === "string") return numberOf(value);
  throw new UnfitRowError("a value is not a number");
}

/** A value as text; null when there is none. */
export function toText(value: SqlValue): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Big) return value.toFixed();
  if (typeof value === "object") throw new UnfitRowError("a value is not a text");
  return String(value);
}

function toBoolean(value: SqlValue): boolean {
  if (typeof value === "boolean") return value;
  const text = typeof value === "string" ? value.trim().toLowerCase() : "";
  if (text === "true" || text === "false") return text === "true";
  throw new UnfitRowError("a value is neither true nor false");
}

function toTime(value: SqlValue): Date {
  const time = value instanceof Date ? value : parseTimestamp(String(toText(value)));
  if (time === undefined) throw new UnfitRowError("a value is not a time");
  return time;
}

/**
 * Compares two values: negative, 0 or positive; undefined where one is null. A text is converted to
 * the type of the other value. Throws UnfitRowError for types that cannot be compared.
 */
export function compare(left: SqlValue, right: SqlValue): number | undefined {
  if (left === null || left === undefined || right === null || right === undefined) {
    return undefined;
  }
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  if (isNumeric(left) || isNumeric(right)) {
    const [one, other] = [toNumber(left), toNumber(right)];
    return one === null || other === null ? undefined : compareNumbers(one, other);
  }
  // An empty field of a CSV row is null, unless it is compared with a text.
  if (left === "" || right === "") return undefined;
  if (typeof left === "boolean" || typeof right === "boolean") {
    return Number(toBoolean(left)) - Number(toBoolean(right));
  }
  if (left instanceof Date || right instanceof Date) {
    return toTime(left).getTime() - toTime(right).getTime();
  }
  throw new UnfitRowError("objects and arrays cannot be compared");
}

function isNumeric(value: SqlValue): boolean {
  return typeof value === "number" || value instanceof Big;
}

function compareNumbers(left: number | Big, right: number | Big): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return new Big(left).cmp(new Big(right));
}

/** Calculates. The result is null where an operand is. Throws UnfitRowError. */
export function calculate(
  operator: "+" | "-" | "*" | "/" | "%",
  left: SqlValue,
  right: SqlValue,
): number | Big | null {
  const [one, other] = [toNumber(left), toNumber(right)];
  if (one === null || other === null) return null;
  if ((operator === "/" || operator === "%") && Number(other) === 0) {
    throw new UnfitRowError("a division by zero");
  }
  if (typeof one === "number" && typeof other === "number") {
    return finite(onDoubles[operator](one, other));
  }
  const [big, second] = [new Big(one), new Big(other)];
  const result = big[onDecimals[operator]](second).prec(decimalDigits);
  finite(Number(result));
  return result;
}

const onDoubles = {
  "+": (one: number, other: number) => one + other,
  "-": (one: number, other: number) => one - other,
  "*": (one: number, other: number) => one * other,
  "/": (one: number, other: number) => one / other,
  "%": (one: number, other: number) => one % other,
} as const;

const onDecimals = { "+": "plus", "-": "minus", "*": "times", "/": "div", "%": "mod" } as const;
