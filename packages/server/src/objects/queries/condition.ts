// The JSON of a query: one condition, or several that are combined.
import { compareText } from "../records/compare-text.ts";
import { type Field, fieldOf, invalidQuery, type SearchedObject } from "./fields.ts";

/** Whether an object matches. */
export type Condition = (object: SearchedObject) => boolean;

/** Most conditions of a query, and most levels (the limits are ours). */
const maxConditions = 100;
const maxDepth = 10;

/** Reads a query. Everything matches an empty one. Throws InvalidArgument. */
export function parseQuery(text: string): Condition {
  if (text.trim() === "") return () => true;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalidQuery("it is not JSON");
  }
  return parseCondition(json, { left: maxConditions }, maxDepth);
}

interface Budget {
  left: number;
}

function parseCondition(json: unknown, budget: Budget, depth: number): Condition {
  budget.left -= 1;
  if (budget.left < 0) throw invalidQuery(`it has more than ${maxConditions} conditions`);
  if (depth === 0) throw invalidQuery(`it has more than ${maxDepth} levels`);
  if (typeof json !== "object" || json === null) throw invalidQuery("a condition is no object");
  const { Field: name, Operation, Value, SubQueries } = json as Readonly<Record<string, unknown>>;
  if (SubQueries !== undefined) {
    if (!Array.isArray(SubQueries)) throw invalidQuery("SubQueries is no list");
    const all = SubQueries.map((one) => parseCondition(one, budget, depth - 1));
    return combine(Operation, all);
  }
  if (typeof name !== "string" || typeof Operation !== "string" || typeof Value !== "string") {
    throw invalidQuery("a condition has the texts Field, Operation and Value");
  }
  return comparison({ name, ...fieldOf(name) }, Operation, Value);
}

function combine(operation: unknown, all: readonly Condition[]): Condition {
  switch (operation) {
    case "and":
      return (object) => all.every((condition) => condition(object));
    case "or":
      return (object) => all.some((condition) => condition(object));
    case "not":
      return (object) => !all.some((condition) => condition(object));
    default:
      throw invalidQuery("SubQueries are combined by and, or, not");
  }
}

const comparisons: ReadonlyMap<string, (order: number) => boolean> = new Map([
  ["eq", (order: number) => order === 0],
  ["gt", (order: number) => order > 0],
  ["gte", (order: number) => order >= 0],
  ["lt", (order: number) => order < 0],
  ["lte", (order: number) => order <= 0],
]);

interface NamedField extends Field {
  readonly name: string;
}

function comparison(field: NamedField, operation: string, text: string): Condition {
  const holds = comparisons.get(operation);
  if (holds !== undefined) {
    const value = field.parse(text);
    return (object) => {
      const found = field.of(object);
      return found !== undefined && holds(compareValues(found, value));
    };
  }
  const isText =
    (operation === "match" && field.hasMatch) || (operation === "prefix" && field.hasPrefix);
  if (isText !== true) throw invalidQuery(`the field ${field.name} has no operation ${operation}`);
  return (object) => {
    const found = String(field.of(object) ?? "");
    return operation === "prefix" ? found.startsWith(text) : found.includes(text);
  };
}

/** The order of two values of a field. */
export function compareValues(one: string | number, other: string | number): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return compareText(String(one), String(other));
}
