// Reads the rows of a CSV object piece by piece, by csv-parse (docs/decisions/0031).
import { OssError } from "@ossicle/protocol";
import { CsvError, type Info, parse, type Parser } from "csv-parse";
import { type CsvForm, maxRowLength } from "./select-plan.ts";

/** A row, and where it is. */
export interface CsvRow {
  readonly fields: readonly string[];
  /** Comment lines count. */
  readonly line: number;
  /** Bytes of the object up to the end of the row. */
  readonly end: number;
}

/** Reads rows. Every row is passed on as soon as its end is known. */
export class CsvRows {
  readonly #parser: Parser;
  constructor(form: CsvForm, onRow: (row: CsvRow) => void) {
    let failure: unknown;
    this.#parser = parse({
      delimiter: form.fieldDelimiter,
      record_delimiter: form.recordDelimiter,
      quote: form.quote,
      escape: form.quote,
      ...(form.comment === undefined ? {} : { comment: form.comment, comment_no_infix: true }),
      relax_column_count: true,
      bom: true,
      max_record_size: maxRowLength.csv,
      on_record: (fields: readonly string[], info: Info) => {
        const line = info.records - 1 + info.comment_lines;
        try {
          if (failure === undefined) onRow({ fields, line, end: info.bytes });
        } catch (cause) {
          failure = cause;
          throw cause;
        }
        return null;
      },
    });
    this.#parser.on("error", () => undefined); // told to the caller of `feed` or `finish`
    this.#parser.resume();
  }

  /** Reads bytes. Throws InvalidCsvLine, and what `onRow` throws. */
  feed(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#parser.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), (cause) => {
        if (cause) reject(asInvalidLine(cause));
        else resolve();
      });
    });
  }

  /** Reads the last row, and returns the number of rows and comments. Throws as `feed` does. */
  finish(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#parser.once("error", (cause) => reject(asInvalidLine(cause)));
      this.#parser.once("end", () => {
        const { comment_lines: comments, records } = this.#parser.info;
        resolve(records + comments);
      });
      this.#parser.end();
    });
  }

  close(): void {
    this.#parser.destroy();
  }
}

function asInvalidLine(cause: Error): Error {
  if (!(cause instanceof CsvError)) return cause;
  // The message does not quote the object: a caller of CreateSelectObjectMeta may not read it.
  const problem = cause.code.replace(/^CSV_/, "").toLowerCase().replaceAll("_", " ");
  const options = { message: `The line is invalid: ${problem}.`, cause };
  return new OssError("InvalidCsvLine", {}, options);
}
