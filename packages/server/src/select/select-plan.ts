// What a query needs beside the bytes of its object. It is plain data, so that it can be sent to a
// thread.
import type { Query } from "./sql/query.ts";

/** How a CSV object is written. */
export interface CsvForm {
  readonly kind: "csv";
  readonly header: "none" | "use" | "ignore";
  readonly recordDelimiter: string;
  readonly fieldDelimiter: string;
  readonly quote: string;
  readonly comment?: string;
}

/** How a JSON object is written. */
export interface JsonForm {
  readonly kind: "json";
  readonly type: "lines" | "document";
  readonly numbersAreTexts: boolean;
}

/** Which rows are read: those from `from` to `to`, counted in `unit`. Both are included. */
export interface RowRange {
  /** A split has {@link splitBytes} bytes. A row belongs to the one in which it begins. */
  readonly unit: "line" | "split" | "byte";
  readonly from: number;
  readonly to: number;
}

/** What returned rows look like. */
export interface OutputForm {
  readonly recordDelimiter: string;
  /** Of CSV rows. */
  readonly fieldDelimiter: string;
  readonly keepsAllColumns: boolean;
  readonly hasHeader: boolean;
}

/** A query. */
export interface SelectPlan {
  readonly form: CsvForm | JsonForm;
  readonly query: Query;
  readonly range?: RowRange;
  readonly output: OutputForm;
  readonly skipsPartialRows: boolean;
  /** How many rows that do not fit may be skipped. */
  readonly maxSkipped: number;
}

/** A count of rows. */
export interface MetaPlan {
  readonly form: CsvForm | JsonForm;
}

/** Bytes of a split. OSS does not document its own. */
export const splitBytes = 67_108_864;

/** Longest CSV row in characters, and longest JSON value in bytes (SelectObject limits). */
export const maxRowLength = { csv: 262_144, json: 524_288 } as const;
