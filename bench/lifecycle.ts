// Measures a run of lifecycle rules over 1,000,000 objects, a tenth of which is due: objects that
// are processed a second, and the latency of uploads at a fixed rate before the run and beside it.
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import { fill } from "./list.ts";
import { bucket, credentials } from "./load.ts";
import { collectGarbage, inFolder } from "./process.ts";
import type { Report } from "./report.ts";
import { startOssicle } from "./stores.ts";

const keys = 1_000_000;

/** One of this many objects is due. */
const dueOf = 10;

/** Uploads a second. */
const perSecond = 100;

const dayMs = 86_400_000;

interface Upload {
  readonly atMs: number;
  readonly tookMs: number;
}

/** Figures of a run. */
export interface LifecycleFigures {
  readonly elapsedMs: number;
  readonly removed: number;
  readonly before: Latency;
  readonly beside: Latency;
}

interface Latency {
  readonly uploads: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Measures one run. */
export async function benchLifecycle(report: Report): Promise<LifecycleFigures> {
  const figures = await inFolder((folder) => measure(join(folder, "data")));
  const { elapsedMs, removed, before, beside } = figures;
  const rate = Math.round(keys / (elapsedMs / 1_000));
  report.say(
    `- ${keys} objects, ${removed} of them removed, in ${(elapsedMs / 1_000).toFixed(1)} s`,
  );
  report.ratio("objects processed a second, in thousands", rate / 1_000, 5);
  report.table(
    [`uploads of 4 KiB, ${perSecond} a second`, "uploads", "p50 ms", "p99 ms"],
    Object.entries({ "before the run": before, "beside the run": beside }).map(([when, found]) => [
      when,
      found.uploads,
      found.p50Ms.toFixed(1),
      found.p99Ms.toFixed(1),
    ]),
  );
  return figures;
}

async function measure(data: string): Promise<LifecycleFigures> {
  await fillWith(
    data,
    10,
    (index) => index + Math.floor(index / (dueOf - 1)) + 1,
    keys - keys / dueOf,
  );
  await fillWith(data, 100, (index) => index * dueOf, keys / dueOf);
  const store = await startOssicle(data, ["--log-level", "info"]);
  const client = createClient({ endpoint: store.url, region: "cn-hangzhou", credentials });
  const tomorrow = new Date(Date.now() + dayMs).toISOString().slice(0, 10);
  const createdBeforeDate = `${tomorrow}T00:00:00.000Z`;
  const none = { tags: [], transitions: [], noncurrentVersionTransitions: [] };
  const rule = { prefix: "k/", status: "Enabled", filter: { objectSizeGreaterThan: 50, not: [] } };
  const rules = [{ ...none, ...rule, expiration: { createdBeforeDate } }];
  await client.putBucketLifecycle({ bucket, rules });
  const uploads: Upload[] = [];
  const failures: unknown[] = [];
  const underWay: Promise<unknown>[] = [];
  let end: Applied | undefined;
  collectGarbage();
  const beganMs = performance.now();
  for (let index = 0; end === undefined; index += 1) {
    await pause(beganMs + (index * 1_000) / perSecond - performance.now());
    const atMs = performance.now();
    const upload = client
      .putObject({ bucket, key: `paced/${index}`, body: "x".repeat(4_096) })
      .then(
        () => uploads.push({ atMs, tookMs: performance.now() - atMs }),
        (cause: unknown) => failures.push(cause),
      );
    underWay.push(upload);
    if (index % perSecond === 0) end = appliedIn(store.printed());
  }
  const endMs = performance.now();
  await Promise.all(underWay);
  await store.stop();
  if (failures.length > 0) throw failures[0];
  const startMs = endMs - end.elapsedMs - 1_000;
  return {
    elapsedMs: end.elapsedMs,
    removed: end.removed,
    before: latencyOf(uploads.filter(({ atMs }) => atMs < startMs - 1_000)),
    beside: latencyOf(uploads.filter(({ atMs }) => atMs >= startMs)),
  };
}

// Puts one object, and copies its record under the other keys.
async function fillWith(
  data: string,
  sizeBytes: number,
  indexOf: (index: number) => number,
  count: number,
): Promise<void> {
  const store = await startOssicle(data);
  const client = createClient({ endpoint: store.url, region: "cn-hangzhou", credentials });
  await client.putObject({ bucket, key: "a", body: "x".repeat(sizeBytes) });
  await store.stop();
  await fill(data, count, (index) => `k/${String(indexOf(index)).padStart(9, "0")}`);
}

interface Applied {
  readonly elapsedMs: number;
  readonly removed: number;
}

function appliedIn(printed: string): Applied | undefined {
  const line = printed.split("\n").find((text) => text.includes("lifecycle rules applied"));
  return line === undefined ? undefined : (JSON.parse(line) as Applied);
}

function latencyOf(uploads: readonly Upload[]): Latency {
  const sorted = uploads.map(({ tookMs }) => tookMs).toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { uploads: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, ms));
  });
}
