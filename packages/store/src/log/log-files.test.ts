// The files of the log, as two processes share them.
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LogFiles } from "./log-files.ts";

const segment = 7;
let folder: string;
let one: LogFiles;
let other: LogFiles;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ossicle-log-"));
  // Two processes that share the files.
  one = new LogFiles(join(folder, "segments"));
  other = new LogFiles(join(folder, "segments"));
  one.make();
  one.begin(segment);
});
afterEach(() => {
  one.close();
  other.close();
  rmSync(folder, { recursive: true });
});

const sizeOf = (): number => statSync(one.pathOf(segment)).size;

test("a file is filled with zeros ahead of its records", () => {
  one.write(Buffer.from("record"), { segment, position: segment });
  const filled = sizeOf();
  expect(filled).toBeGreaterThan(1_000_000);
  one.write(Buffer.from("next"), { segment, position: segment + 6 });
  expect(sizeOf()).toBe(filled);
  expect(one.read(segment, 0, 12)).toEqual(Buffer.from("recordnext\0\0"));
});

test("a process that fills a file keeps what another one has written behind", () => {
  one.write(Buffer.from("record"), { segment, position: segment });
  const filled = sizeOf();
  // The other process writes up to the end, fills the file further, and writes once more.
  const long = Buffer.alloc(filled - 6, 1);
  other.write(long, { segment, position: segment + 6 });
  other.write(Buffer.from("last"), { segment, position: segment + filled });
  one.write(Buffer.from("mine"), { segment, position: segment + filled + 4 });
  expect(one.read(segment, filled - 1, 10)).toEqual(Buffer.from("\u0001lastmine\0"));
});

test("a segment that ends has the length of its records", () => {
  one.write(Buffer.from("record"), { segment, position: segment });
  one.end(segment, 6);
  expect(readFileSync(one.pathOf(segment), "utf8")).toBe("record");
});
