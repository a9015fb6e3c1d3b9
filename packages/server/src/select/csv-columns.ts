// Columns of CSV rows: by their number (`_1`), or by the names of the first row.
import { OssError } from "@ossicle/protocol";
import type { CsvRow } from "./csv-rows.ts";
import type { Columns } from "./row-query.ts";
import { csvRow } from "./row-writer.ts";
import type { CsvForm, SelectPlan } from "./select-plan.ts";
import type { SelectItem, Step } from "./sql/query.ts";
import type { SqlValue } from "./sql/values.ts";

type Fields = readonly string[];

/** Highest number of a column (SelectObject limits). */
const maxColumnNumber = 1_000;

/** The columns of a CSV object. */
export function csvColumns(plan: SelectPlan, form: CsvForm): Columns<Fields, CsvRow> {
  const { output } = plan;
  const characters = { ...output, quote: form.quote };
  let hasHeader = false;
  let names: Fields | undefined;
  let selected: readonly number[] = [];
  let most = 0;
  const indexOf = (path: readonly Step[]): number => {
    const index = columnIndex(path, names);
    most = Math.max(most, index);
    return index;
  };
  return {
    takeHeader: ({ fields }) => {
      if (form.header === "none" || hasHeader) return false;
      hasHeader = true;
      if (form.header === "use") names = fields;
      return true;
    },
    rowOf: ({ fields }) => fields,
    find: (path) => {
      const index = indexOf(path);
      return (fields) => fields[index - 1];
    },
    isPartial: (fields) => fields.length < most,
    headerLine: (items) => {
      selected = selectedColumns(plan, items, indexOf);
      if (!output.hasHeader || names === undefined) return "";
      const header = items?.map((item) => headerOf(item, names ?? [])) ?? names;
      return csvRow(
        header.map((name) => name.toLowerCase()),
        characters,
      );
    },
    write: (fields, values) => {
      if (values === undefined) return csvRow(fields, characters);
      if (!output.keepsAllColumns) return csvRow(values, characters);
      const all: SqlValue[] = fields.map(() => "");
      selected.forEach((index, at) => {
        if (index <= fields.length) all[index - 1] = values[at];
      });
      return csvRow(all, characters);
    },
    writeTotals: (values) => csvRow(values, characters),
    invalidRow: (problem) => {
      const message = `The line is invalid: ${problem}, and no more rows may be skipped.`;
      return new OssError("InvalidCsvLine", {}, { message });
    },
  };
}

// Names count in any case.
function columnIndex(path: readonly Step[], names: Fields | undefined): number {
  const [step = "", ...rest] = path;
  const name = String(step);
  if (rest.length > 0) throw noColumn(path.join("."));
  const number = /^_(\d+)$/.exec(name)?.[1];
  if (number !== undefined) {
    const index = Number(number);
    if (index < 1 || index > maxColumnNumber) throw new OssError("SqlInvalidColumnIndex");
    return index;
  }
  const wanted = name.toLowerCase();
  const at = names?.findIndex((one) => one.trim().toLowerCase() === wanted) ?? -1;
  if (at < 0) throw noColumn(name);
  return at + 1;
}

function noColumn(name: string): OssError<"SqlInvalidColumnName"> {
  const message = `The object has no column ${name}.`;
  return new OssError("SqlInvalidColumnName", {}, { message });
}

// The numbers of the selected columns, for KeepAllColumns.
function selectedColumns(
  { output }: SelectPlan,
  items: readonly SelectItem[] | undefined,
  indexOf: (path: readonly Step[]) => number,
): readonly number[] {
  if (!output.keepsAllColumns || items === undefined) return [];
  const indices = items.map(({ of, aggregate }) => {
    const column = of?.kind === "cast" ? of.of : of;
    if (aggregate !== undefined || column?.kind !== "column") {
      throw new OssError("SqlInvalidKeepAllColumns");
    }
    return indexOf(column.path);
  });
  if (new Set(indices).size < indices.length) throw new OssError("SqlInvalidKeepAllColumns");
  return indices;
}

function headerOf({ of, alias, aggregate }: SelectItem, names: Fields): string {
  if (alias !== undefined) return alias;
  const column = of?.kind === "cast" ? of.of : of;
  if (aggregate !== undefined || column?.kind !== "column") return aggregate ?? "";
  return names[columnIndex(column.path, names) - 1] ?? String(column.path[0]);
}
