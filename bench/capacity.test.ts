// The model of capacity, and the figures of docs/explanation/scale.md.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { needsOf, simulate, workloads } from "./capacity.ts";
import { Report } from "./report.ts";
import { benchScale } from "./scale.ts";

test("the document has the tables that the simulation prints", async () => {
  const document = readFileSync(new URL("../docs/explanation/scale.md", import.meta.url), "utf8");
  const squeezed = (line: string): string => line.replaceAll(/ +/g, " ").replaceAll(/-+/g, "-");
  const lines = new Set(document.split("\n").map(squeezed));
  const report = new Report(() => undefined);
  await benchScale(report);
  const rows = report.lines.filter((line) => line.startsWith("| ") && !line.includes("---"));
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.filter((row) => !lines.has(squeezed(row)))).toEqual([]);
});

test("the ledger stops growing when it drops as many deliveries as arrive", () => {
  const [load] = workloads;
  if (load === undefined) throw new Error("there is no workload");
  const without = { ...load, callbackPart: 0 };
  const difference = (objects: number): number => {
    const [last, bare] = [load, without].map((one) => simulate({ ...one, objects }).at(-1));
    return (last?.databaseBytes ?? 0) - (bare?.databaseBytes ?? 0);
  };
  expect(difference(1e9) / difference(5e8)).toBeCloseTo(1, 1); // the last day may be short
});

test("a database that is too large is named as what breaks", () => {
  const [load] = workloads;
  if (load === undefined) throw new Error("there is no workload");
  const small = needsOf({ ...load, objects: 1e8 }, { uploads: 0 });
  expect([small.primaries, small.breaksFirst]).toEqual([1, expect.stringContaining("none")]);
  const large = needsOf({ ...load, objects: 1e10 }, { uploads: 0 });
  expect(large.breaksFirst).toBe("the database's size");
  expect(large.primaries).toBeGreaterThan(5);
});
