// Jobs keep their delay when the clock is set back or forward.
import { ModelMetadataStore } from "../../../../store/src/testing.ts";
import { expect, test } from "vitest";
import { commitOnce } from "./commit.ts";
import { jobPut, redateJobs } from "./jobs.ts";
import { type JobKind, jobRecords } from "./key-space.ts";

const hourMs = 3_600_000;
const startMs = Date.parse("2026-11-28T12:00:00Z");

async function storeWith(
  ...jobs: readonly (readonly [kind: JobKind, delayMs: number, sinceMs?: number])[]
): Promise<ModelMetadataStore> {
  const metadata = new ModelMetadataStore();
  for (const [at, [kind, delayMs, sinceMs = startMs]] of jobs.entries()) {
    const put = jobPut(kind, Buffer.from([at]), { dueMs: sinceMs + delayMs, nowMs: sinceMs });
    await commitOnce(metadata, { checks: [], puts: [put], deletes: [] });
  }
  return metadata;
}

/** When each job is due, by its id. */
function dues(metadata: ModelMetadataStore): readonly number[] {
  const jobs = metadata.entries().map(({ key }) => jobRecords.partsOf(key));
  return jobs
    .toSorted(([, , , one], [, , , other]) => (one[0] ?? 0) - (other[0] ?? 0))
    .map(([, dueMs]) => dueMs);
}

test("after the clock is set back, jobs of every kind wait their whole delay again", async () => {
  const metadata = await storeWith(
    ["delivery", 30_000],
    ["delete-bucket", 10_000],
    ["purge-upload", 0],
  );
  const nowMs = startMs - hourMs;
  expect(await redateJobs(metadata, { nowMs, forwardMs: 0 })).toBe(3);
  expect(dues(metadata)).toEqual([nowMs + 30_000, nowMs + 10_000, nowMs]);
  expect(await redateJobs(metadata, { nowMs, forwardMs: 0 })).toBe(0);
});

test("after the clock is set forward, jobs keep the rest of their delay", async () => {
  const nowMs = startMs + 20_000 + hourMs;
  const metadata = await storeWith(
    ["delivery", 30_000],
    ["delivery", 5_000],
    ["delivery", 60_000, nowMs],
  );
  expect(await redateJobs(metadata, { nowMs, forwardMs: hourMs })).toBe(2);
  expect(dues(metadata)).toEqual([nowMs + 10_000, nowMs, nowMs + 60_000]);
  expect(await redateJobs(metadata, { nowMs: nowMs + 1, forwardMs: 0 })).toBe(0);
});

test("jobs keep their due times while the clock is correct within a second", async () => {
  const metadata = await storeWith(["delivery", 30_000], ["delivery", hourMs]);
  expect(await redateJobs(metadata, { nowMs: startMs + 20_000, forwardMs: 0 })).toBe(0);
  expect(await redateJobs(metadata, { nowMs: startMs - 500, forwardMs: 0 })).toBe(0);
  expect(dues(metadata)).toEqual([startMs + 30_000, startMs + hourMs]);
});
