// `npm run bench scale`: simulates the workloads of docs/explanation/scale.md, and tells what each
// needs and what breaks first. It measures nothing.
import { type Month, simulate, workloads } from "./capacity.ts";
import type { Report } from "./report.ts";

/** Simulates every workload. */
export function benchScale(report: Report): Promise<unknown> {
  const found = workloads.map((load) => ({ load, months: simulate(load) }));
  for (const { load, months } of found) {
    report.say(`## ${load.name}`);
    report.say();
    report.table(
      ["month", ...months.map(({ month }) => String(month))],
      Object.entries(rows).map(([name, cell]) => [name, ...months.map(cell)]),
    );
  }
  return Promise.resolve(found);
}

const rows: Readonly<Record<string, (month: Month) => string>> = {
  objects: ({ objects }) => short(objects),
  "database, TB": ({ databaseBytes }) => (databaseBytes / 1e12).toFixed(2),
  blobs: ({ blobs }) => short(blobs),
  "S3 store, TB": ({ blobBytes }) => short(blobBytes / 1e12),
  "rows written a second": ({ rowsPerSecond }) => short(rowsPerSecond),
  "records read a second": ({ databaseReads }) => short(databaseReads),
  "callbacks a second": ({ callbacksPerSecond }) => short(callbacksPerSecond),
  "nodes of two processors": ({ nodes }) => short(nodes),
  "primaries it would take": ({ primaries }) => short(primaries),
  "breaks first": ({ breaksFirst }) => breaksFirst,
  "cost a month": ({ costPerMonth }) => short(costPerMonth),
};

function short(value: number): string {
  return value.toLocaleString("en", { notation: "compact", maximumSignificantDigits: 3 });
}
