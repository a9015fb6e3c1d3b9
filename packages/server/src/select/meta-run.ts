// Counts the rows and columns of an object.
import { CsvRows } from "./csv-rows.ts";
import type { MetaCounts } from "./frames.ts";
import { JsonRows } from "./json-rows.ts";
import { type MetaPlan, splitBytes } from "./select-plan.ts";

/** A count that runs. */
export class MetaRun {
  readonly #rows: CsvRows | JsonRows;
  #columns: number | undefined;
  #bytes = 0;

  constructor({ form }: MetaPlan) {
    if (form.kind === "csv") {
      this.#columns = 0;
      this.#rows = new CsvRows(form, ({ fields }) => {
        if (this.#columns === 0) this.#columns = fields.length;
      });
    } else this.#rows = new JsonRows(form, [], () => undefined);
  }

  /** Reads bytes. Throws InvalidCsvLine, InvalidJsonData. */
  async feed(bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.length;
    await this.#rows.feed(bytes);
  }

  /** Ends the object. Throws as `feed` does. */
  async finish(): Promise<MetaCounts> {
    const rows = await this.#rows.finish();
    const bytes = this.#bytes;
    const splits = Math.max(1, Math.ceil(bytes / splitBytes));
    const counts = { bytes, splits, rows };
    return this.#columns === undefined ? counts : { ...counts, columns: this.#columns };
  }

  close(): void {
    if (this.#rows instanceof CsvRows) this.#rows.close();
  }
}
