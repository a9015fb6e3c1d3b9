// Turns expressions into functions of a row. Conditions have three values: true, false and null.
import Big from "big.js";
import { OssError } from "@ossicle/protocol";
import { likeMatcher } from "./like.ts";
import { maxOutputLength } from "./limits.ts";
import type { BinaryOperator, CastType, Expression, Step } from "./query.ts";
import { isTimestampFormat, parseTimestamp } from "./timestamps.ts";
import {
  calculate,
  compare,
  numberOf,
  type SqlValue,
  toNumber,
  toText,
  UnfitRowError,
} from "./values.ts";

/** A value of a row. */
export type Evaluate<Row> = (row: Row) => SqlValue;

/** Finds the column of a path. Throws where the rows cannot have one. */
export type FindColumn<Row> = (path: readonly Step[]) => Evaluate<Row>;

/** Compiles an expression. Throws what `findColumn` throws, and SqlUnsupportedSql for a FORMAT. */
export function compile<Row>(expression: Expression, findColumn: FindColumn<Row>): Evaluate<Row> {
  const inner = (one: Expression): Evaluate<Row> => compile(one, findColumn);
  switch (expression.kind) {
    case "text":
      return () => expression.text;
    case "number": {
      const value = numberOf(expression.text);
      return () => value;
    }
    case "boolean":
      return () => expression.value;
    case "null":
      return () => null;
    case "column":
      return findColumn(expression.path);
    case "cast":
      return compileCast(inner(expression.of), expression);
    case "negate": {
      const of = inner(expression.of);
      return (row) => calculate("-", 0, of(row));
    }
    case "binary":
      return compileBinary(expression.operator, inner(expression.left), inner(expression.right));
    default:
      return compileCondition(expression, inner);
  }
}

type Condition = Extract<
  Expression,
  { readonly kind: "not" | "and" | "or" | "isNull" | "between" | "in" | "like" | "negate" }
>;

function compileCondition<Row>(
  condition: Condition,
  inner: (one: Expression) => Evaluate<Row>,
): Evaluate<Row> {
  switch (condition.kind) {
    case "and":
      return compileAnd(condition.parts.map(inner));
    case "or":
      return compileOr(condition.parts.map(inner));
    case "between": {
      const of = inner(condition.of);
      const from = inner(condition.from);
      const to = inner(condition.to);
      return (row) => isBetween(of(row), from(row), to(row));
    }
    case "in": {
      const of = inner(condition.of);
      const list = condition.list.map(inner);
      return (row) => isOneOf(of(row), list, row);
    }
    case "like":
      return compileLike(inner(condition.of), likeMatcher(condition.pattern, condition.escape));
    case "isNull": {
      const of = inner(condition.of);
      return (row) => isNull(of(row));
    }
    default: {
      const of = inner(condition.of);
      return (row) => {
        const value = truth(of(row));
        return value === null ? null : !value;
      };
    }
  }
}

function isBetween(value: SqlValue, from: SqlValue, to: SqlValue): boolean | null {
  const [low, high] = [compare(value, from), compare(value, to)];
  if ((low !== undefined && low < 0) || (high !== undefined && high > 0)) return false;
  return low === undefined || high === undefined ? null : true;
}

// The value is evaluated once, however long the list is.
function isOneOf<Row>(value: SqlValue, list: readonly Evaluate<Row>[], row: Row): boolean | null {
  let result: boolean | null = false;
  for (const one of list) {
    const order = compare(value, one(row));
    if (order === 0) return true;
    if (order === undefined) result = null;
  }
  return result;
}

function compileLike<Row>(of: Evaluate<Row>, matches: (text: string) => boolean): Evaluate<Row> {
  return (row) => {
    const text = toText(of(row));
    return text === null ? null : matches(text);
  };
}

// An empty text is null: CSV has no other way to write a missing value.
function isNull(value: SqlValue): boolean {
  return value === null || value === undefined || value === "";
}

/** Whether a condition holds; null where that is not known. Throws UnfitRowError. */
export function truth(value: SqlValue): boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw new UnfitRowError("a condition is neither true nor false");
}

function compileAnd<Row>(parts: readonly Evaluate<Row>[]): Evaluate<Row> {
  return (row) => {
    let result: boolean | null = true;
    for (const part of parts) {
      const value = truth(part(row));
      if (value === false) return false;
      if (value === null) result = null;
    }
    return result;
  };
}

function compileOr<Row>(parts: readonly Evaluate<Row>[]): Evaluate<Row> {
  return (row) => {
    let result: boolean | null = false;
    for (const part of parts) {
      const value = truth(part(row));
      if (value === true) return true;
      if (value === null) result = null;
    }
    return result;
  };
}

const holds: Readonly<Record<string, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function compileBinary<Row>(
  operator: BinaryOperator,
  left: Evaluate<Row>,
  right: Evaluate<Row>,
): Evaluate<Row> {
  if (operator === "||") {
    return (row) => {
      const [one, other] = [toText(left(row)), toText(right(row))];
      if (one === null || other === null) return null;
      if (one.length + other.length > maxOutputLength) throw new OssError("OutputExceedsMaxSize");
      return one + other;
    };
  }
  const test = holds[operator];
  if (test !== undefined) {
    return (row) => {
      const order = compare(left(row), right(row));
      return order === undefined ? null : test(order);
    };
  }
  const sign = operator as "+" | "-" | "*" | "/" | "%"; // comparisons have been handled
  return (row) => calculate(sign, left(row), right(row));
}

function compileCast<Row>(
  of: Evaluate<Row>,
  { to, format }: Extract<Expression, { readonly kind: "cast" }>,
): Evaluate<Row> {
  if (format !== undefined && !(to === "timestamp" && isTimestampFormat(format))) {
    const message = `The SQL expression has a part that is not supported: FORMAT '${format}'.`;
    throw new OssError("SqlUnsupportedSql", {}, { message });
  }
  const convert = casts[to];
  return (row) => {
    const value = of(row);
    if (value === null || value === undefined) return null;
    return value === "" && to !== "string" ? null : convert(value, format);
  };
}

const casts: Readonly<Record<CastType, (value: SqlValue, format?: string) => SqlValue>> = {
  int: (value) => {
    const found = toNumber(value);
    if (found instanceof Big) return found.round(0, Big.roundDown);
    return found === null ? null : Math.trunc(found);
  },
  double: (value) => {
    const found = toNumber(value);
    return found === null ? null : Number(found);
  },
  decimal: (value) => {
    const found = toNumber(value);
    return found === null ? null : new Big(found);
  },
  string: toText,
  bool: (value) => (typeof value === "number" ? value !== 0 : truth(lower(value))),
  timestamp: (value, format) => {
    if (value instanceof Date) return value;
    const time = parseTimestamp(String(toText(value)), format);
    if (time === undefined) throw new UnfitRowError("a value is not a time");
    return time;
  },
};

function lower(value: SqlValue): SqlValue {
  return typeof value === "string" ? value.trim().toLowerCase() : value;
}
