// Judges rows by a statement, and writes the values that it selects.
import Big from "big.js";
import { OssError } from "@ossicle/protocol";
import type { SelectPlan } from "./select-plan.ts";
import { compile, type Evaluate, type FindColumn, truth } from "./sql/evaluate.ts";
import type { Aggregate, SelectItem } from "./sql/query.ts";
import { calculate, compare, type SqlValue, UnfitRowError } from "./sql/values.ts";

/** How the rows of a form are read and written. */
export interface Columns<Row, Line> {
  /** Returns whether a row is the first one and has names, which it keeps. */
  readonly takeHeader: (line: Line) => boolean;
  readonly rowOf: (line: Line) => Row;
  readonly find: FindColumn<Row>;
  /** Whether the row lacks a column that the statement names. */
  readonly isPartial: (row: Row) => boolean;
  /** The first line of the result; empty for none. */
  readonly headerLine: (items: readonly SelectItem[] | undefined) => string;
  /** Writes the selected values of a row, or the whole row. */
  readonly write: (row: Row, values: readonly SqlValue[] | undefined) => string;
  /** Writes the results of aggregates. */
  readonly writeTotals: (values: readonly SqlValue[]) => string;
  readonly invalidRow: (problem: string) => OssError;
}

interface Compiled<Row> {
  readonly where: Evaluate<Row> | undefined;
  readonly values: readonly (Evaluate<Row> | undefined)[] | undefined;
  readonly totals: readonly Total[] | undefined;
}

/** A statement that is applied to rows. */
export class RowQuery<Row, Line> {
  readonly #plan: SelectPlan;
  readonly #columns: Columns<Row, Line>;
  #compiled: Compiled<Row> | undefined;
  #matched = 0;
  #skipped = 0;

  constructor(plan: SelectPlan, columns: Columns<Row, Line>) {
    this.#plan = plan;
    this.#columns = columns;
  }

  /** Whether the statement needs no more rows. */
  get isFull(): boolean {
    return this.#matched >= (this.#plan.query.limit ?? Number.POSITIVE_INFINITY);
  }

  /** Takes a row, and returns what it adds to the result. */
  take(line: Line): string {
    const columns = this.#columns;
    const isHeader = columns.takeHeader(line);
    let written = "";
    if (this.#compiled === undefined) {
      // The names of the columns are known only now.
      this.#compiled = this.#compile();
      written = columns.headerLine(this.#plan.query.items);
    }
    if (isHeader) return written;
    try {
      return written + this.#judge(this.#compiled, columns.rowOf(line));
    } catch (cause) {
      if (!(cause instanceof UnfitRowError)) throw cause;
      this.#skip(cause.message);
      return written;
    }
  }

  /** Returns the results of aggregates, once all rows have been taken. */
  end(): string {
    const totals = this.#compiled === undefined ? this.#totals() : this.#compiled.totals;
    if (totals === undefined) return "";
    return this.#columns.writeTotals(totals.map((total) => total.result()));
  }

  #compile(): Compiled<Row> {
    const { items, where } = this.#plan.query;
    const { find } = this.#columns;
    return {
      where: where && compile(where, find),
      values: items?.map(({ of }) => of && compile(of, find)),
      totals: this.#totals(),
    };
  }

  // The parser allows either aggregates or other values.
  #totals(): readonly Total[] | undefined {
    const kinds = this.#plan.query.items?.map(({ aggregate }) => aggregate) ?? [];
    const found = kinds.filter((kind) => kind !== undefined).map((kind) => new Total(kind));
    return found.length === 0 ? undefined : found;
  }

  #judge({ where, values, totals }: Compiled<Row>, row: Row): string {
    if (this.#plan.skipsPartialRows && this.#columns.isPartial(row)) {
      throw new UnfitRowError("a row has too few columns");
    }
    if (where !== undefined && truth(where(row)) !== true) return "";
    const found = values?.map((value) => (value === undefined ? true : value(row)));
    this.#matched += 1;
    if (totals === undefined) return this.#columns.write(row, found);
    totals.forEach((total, at) => total.add(found?.[at]));
    return "";
  }

  #skip(problem: string): void {
    this.#skipped += 1;
    if (this.#skipped > this.#plan.maxSkipped) throw this.#columns.invalidRow(problem);
  }
}

/** A function over all rows. Null is left out. */
class Total {
  readonly #kind: Aggregate;
  #count = 0;
  #value: SqlValue = null;

  constructor(kind: Aggregate) {
    this.#kind = kind;
  }

  add(value: SqlValue): void {
    if (value === null || value === undefined || value === "") return;
    this.#count += 1;
    if (this.#kind === "count") return;
    if (this.#kind === "sum" || this.#kind === "avg") {
      this.#value = calculate("+", this.#value ?? 0, value);
      return;
    }
    const order = compare(value, this.#value);
    const isBetter = this.#kind === "max" ? (order ?? 1) > 0 : (order ?? -1) < 0;
    if (isBetter) this.#value = value;
  }

  result(): SqlValue {
    if (this.#kind === "count") return this.#count;
    if (this.#kind !== "avg" || this.#value === null) return this.#value;
    const mean = calculate("/", this.#value, this.#count);
    return mean instanceof Big ? mean.round(38) : mean;
  }
}
