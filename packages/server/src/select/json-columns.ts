// Columns of JSON rows: paths into their values.
import { OssError } from "@ossicle/protocol";
import type { JsonRow } from "./json-rows.ts";
import type { Columns } from "./row-query.ts";
import { jsonRow, jsonText } from "./row-writer.ts";
import type { JsonForm, SelectPlan } from "./select-plan.ts";
import type { SelectItem, Step } from "./sql/query.ts";
import { JsonNumber, numberOf, type SqlValue } from "./sql/values.ts";

/** A selected value keeps the form that it has in the document. */
interface Kept {
  readonly value: unknown;
}

/** The columns of a JSON object. */
export function jsonColumns(plan: SelectPlan, form: JsonForm): Columns<Kept, JsonRow> {
  const { items } = plan.query;
  const { recordDelimiter } = plan.output;
  const names = items?.map(nameOf) ?? [];
  const paths = items?.map(({ of }) => (of?.kind === "column" ? of.path : undefined)) ?? [];
  const used: (readonly Step[])[] = [];
  return {
    takeHeader: () => false,
    rowOf: ({ value }) => ({ value }),
    find: (path) => {
      used.push(path);
      return ({ value }) => sqlValue(follow(value, path), form);
    },
    isPartial: ({ value }) => used.some((path) => follow(value, path) === undefined),
    headerLine: () => "",
    write: ({ value }, values) => {
      if (values === undefined) {
        const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
        const isPlain = isObject && !(value instanceof JsonNumber);
        return (isPlain ? jsonText(value) : jsonRow([["_1", value]])) + recordDelimiter;
      }
      const members = names.map((name, at) => {
        const path = paths[at];
        return [name, path === undefined ? values[at] : follow(value, path)] as const;
      });
      return jsonRow(members) + recordDelimiter;
    },
    writeTotals: (values) =>
      jsonRow(values.map((value, at) => [names[at] ?? "", value] as const)) + recordDelimiter,
    invalidRow: (problem) => {
      const message = `A row does not fit: ${problem}, and no more rows may be skipped.`;
      return new OssError("InvalidJsonData", {}, { message });
    },
  };
}

function nameOf({ alias, of, aggregate }: SelectItem, at: number): string {
  if (alias !== undefined) return alias;
  const column = of?.kind === "cast" ? of.of : of;
  const last =
    column?.kind === "column" && aggregate === undefined ? column.path.at(-1) : undefined;
  return typeof last === "string" ? last : `_${at + 1}`;
}

function follow(value: unknown, path: readonly Step[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) {
      return undefined;
    }
    found = (found as Readonly<Record<Step, unknown>>)[step];
  }
  return found;
}

function sqlValue(value: unknown, { numbersAreTexts }: JsonForm): SqlValue {
  if (!(value instanceof JsonNumber)) return value as SqlValue; // JSON has no other values
  return numbersAreTexts ? value.text : numberOf(value.text);
}
