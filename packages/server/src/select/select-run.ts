// Runs a query over the bytes of an object, piece by piece.
import { OssError } from "@ossicle/protocol";
import { csvColumns } from "./csv-columns.ts";
import { type CsvRow, CsvRows } from "./csv-rows.ts";
import { EnoughRows } from "./enough-rows.ts";
import { jsonColumns } from "./json-columns.ts";
import { type JsonRow, JsonRows } from "./json-rows.ts";
import { RowQuery } from "./row-query.ts";
import { type RowRange, type SelectPlan, splitBytes } from "./select-plan.ts";
import { maxOutputLength } from "./sql/limits.ts";

/** What a piece of the object has added. */
export interface Progress {
  /** Rows, written. */
  readonly output: string;
  /** Bytes of the object up to the end of the last row that was read. */
  readonly offset: number;
  /** Whether the object need not be read on. */
  readonly isDone: boolean;
  /** Whether rows of the range have been found. */
  readonly hasBegun: boolean;
  /** Whether an error follows these rows. The next call throws it. */
  readonly hasFailed: boolean;
}

interface PlacedRow {
  readonly line: number;
  readonly end: number;
}

/** A query that runs. */
export class SelectRun {
  readonly #plan: SelectPlan;
  readonly #rows: {
    readonly feed: (bytes: Uint8Array) => void | Promise<void>;
    readonly finish: () => number | Promise<number>;
    readonly close?: () => void;
  };
  readonly #take: (row: CsvRow | JsonRow) => string;
  readonly #query: { readonly isFull: boolean; readonly end: () => string };
  /** The row that was read last. It is judged when another one or the end has been read. */
  #last: CsvRow | JsonRow | undefined;
  #lastBegin = 0;
  #output = "";
  #offset = 0;
  #fedBytes = 0;
  #heldLength = 0;
  #isDone = false;
  #isRead = false;
  #failure: unknown;
  #hasBegun: boolean;

  constructor(plan: SelectPlan) {
    this.#plan = plan;
    this.#hasBegun = plan.range === undefined;
    const onRow = (row: CsvRow | JsonRow): void => {
      const previous = this.#last;
      this.#last = row;
      if (previous !== undefined) this.#judge(previous);
    };
    if (plan.form.kind === "csv") {
      const query = new RowQuery(plan, csvColumns(plan, plan.form));
      this.#query = query;
      this.#take = (row) => query.take(row as CsvRow); // the reader below passes no others
      this.#rows = new CsvRows(plan.form, onRow);
    } else {
      const query = new RowQuery(plan, jsonColumns(plan, plan.form));
      this.#query = query;
      this.#take = (row) => query.take(row as JsonRow);
      this.#rows = new JsonRows(plan.form, plan.query.from, onRow);
    }
  }

  /**
   * Reads bytes. The caller holds `heldLength` characters of the result. Throws InvalidCsvLine,
   * InvalidJsonData, OutputExceedsMaxSize, SqlInvalidColumnName and other errors about the object.
   */
  feed(bytes: Uint8Array, heldLength = 0): Promise<Progress> {
    this.#fedBytes += bytes.length;
    this.#heldLength = heldLength;
    return this.#advance(() => this.#rows.feed(bytes));
  }

  /**
   * Ends the object, in two calls: the second one judges the last row, so that an error in it comes
   * after the other rows, as OSS has it. Throws as `feed` does, and InvalidRange when the range
   * begins behind the object.
   */
  finish(): Promise<Progress> {
    this.#heldLength = 0;
    return this.#advance(async () => {
      if (!this.#isRead) {
        this.#isRead = true;
        await this.#rows.finish();
        return;
      }
      if (this.#last !== undefined) this.#judge(this.#last);
      if (!this.#hasBegun && !isWithin(this.#plan.range, this.#fedBytes)) {
        throw beyondEnd(this.#plan, this.#fedBytes);
      }
      this.#offset = this.#fedBytes;
      throw new EnoughRows();
    });
  }

  close(): void {
    this.#rows.close?.();
  }

  // An error is thrown once the rows before it have been returned.
  async #advance(read: () => void | Promise<void>): Promise<Progress> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      await read();
    } catch (cause) {
      if (cause instanceof EnoughRows) {
        this.#isDone = true;
        this.#output += this.#query.end();
      } else {
        this.#failure = cause;
        if (this.#output === "") throw cause;
      }
    }
    return this.#progress();
  }

  #judge(row: CsvRow | JsonRow): void {
    const begin = this.#lastBegin;
    this.#lastBegin = row.end;
    const { range } = this.#plan;
    if (range !== undefined) {
      const at = placeOf(range.unit, row, begin);
      if (at > range.to) throw new EnoughRows();
      if (at >= range.from) this.#hasBegun = true;
      else return this.#skip(row, begin === 0);
    }
    const written = this.#take(row);
    if (this.#heldLength + this.#output.length + written.length > maxOutputLength) {
      throw new OssError("OutputExceedsMaxSize");
    }
    this.#output += written;
    this.#offset = row.end;
    if (this.#query.isFull) throw new EnoughRows();
  }

  // The first row has the names of the columns, also where the range leaves it out.
  #skip(row: CsvRow | JsonRow, isFirst: boolean): void {
    const { form } = this.#plan;
    if (isFirst && form.kind === "csv" && form.header !== "none") this.#output += this.#take(row);
    this.#offset = row.end;
  }

  #progress(): Progress {
    const output = this.#output;
    this.#output = "";
    const hasFailed = this.#failure !== undefined;
    const [offset, isDone, hasBegun] = [this.#offset, this.#isDone, this.#hasBegun];
    return { output, offset, isDone, hasBegun, hasFailed };
  }
}

// A range of bytes or splits may hold bytes and no beginning of a row.
function isWithin(range: RowRange | undefined, size: number): boolean {
  if (range === undefined || range.unit === "line") return false;
  return range.from * (range.unit === "split" ? splitBytes : 1) < size;
}

function placeOf(unit: "line" | "split" | "byte", row: PlacedRow, begin: number): number {
  if (unit === "line") return row.line;
  return unit === "byte" ? begin : Math.floor(begin / splitBytes);
}

function beyondEnd({ range }: SelectPlan, size: number): OssError<"InvalidRange"> {
  const RangeRequested = range === undefined ? "" : `${range.unit}-range=${range.from}-`;
  const message = "The range begins behind the end of the object.";
  const details = { ActualObjectSize: String(size), RangeRequested };
  return new OssError("InvalidRange", details, { message, ec: "0016-00000817", status: 400 });
}
