// Counts of ignored callbacks: the counts of several processes add up, and a failed write loses
// none.
import { ModelMetadataStore } from "../../../../store/src/testing.ts";
import { pino } from "pino";
import { expect, test } from "vitest";
import { IgnoredCallbacks, readIgnored } from "./ignored-callbacks.ts";

const log = pino({ level: "silent" });

test("the counts of two processes that write at the same time add up", async () => {
  const metadata = new ModelMetadataStore();
  const both = [1, 2].map((ms) => new IgnoredCallbacks({ metadata, log, clock: () => ms }));
  for (const [at, process] of both.entries()) {
    process.note("UploadPart", `agent ${at}`);
    process.note("UploadPart", `agent ${at}`);
  }
  both[0]?.note("PutBucket");
  await Promise.all(both.map((process) => process.write()));
  const figures = await readIgnored(metadata);
  expect(figures.find(({ operation }) => operation === "UploadPart")?.requests).toBe(4);
  expect(figures.find(({ operation }) => operation === "PutBucket")?.requests).toBe(1);
  expect(both[0]?.totals.get("UploadPart")).toBe(2);
});

test("a request that is counted during a write is written by the next one", async () => {
  const metadata = new ModelMetadataStore();
  const ignored = new IgnoredCallbacks({ metadata, log, clock: () => 7 });
  ignored.note("PutBucket");
  const writing = ignored.write();
  ignored.note("PutBucket", "later");
  await writing;
  await ignored.write();
  expect(await readIgnored(metadata)).toEqual([
    { operation: "PutBucket", requests: 2, lastMs: 7, userAgent: "later" },
  ]);
});

test("a write that fails leaves the counts for the next one", async () => {
  let fails = true;
  const metadata = new ModelMetadataStore(undefined, () => (fails ? "lost" : undefined));
  const ignored = new IgnoredCallbacks({ metadata, log, clock: () => 7 });
  ignored.note("PutBucket", "a".repeat(500));
  await ignored.write();
  expect(await readIgnored(metadata)).toEqual([]);
  fails = false;
  await ignored.close();
  expect(await readIgnored(metadata)).toEqual([
    { operation: "PutBucket", requests: 1, lastMs: 7, userAgent: "a".repeat(200) },
  ]);
});
