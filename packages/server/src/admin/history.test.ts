// Samples become points: counts between two samples, percentiles, and at most 240 of them.
import { describe, expect, test } from "vitest";
import { HistoryKeeper, type MetricValues, percentilesOf } from "./history.ts";

/** Metrics after so many uploads, each of which took between 3 and 10 ms. */
function metricsAfter(uploads: number, failed = 0): readonly MetricValues[] {
  const labels = { operation: "PutObject" };
  const bucket = (le: number | string, value: number): MetricValues["values"][number] => ({
    labels: { ...labels, le },
    value,
    metricName: "ossicle_request_seconds_bucket",
  });
  return [
    {
      name: "ossicle_requests_total",
      values: [
        { labels: { ...labels, status: 200 }, value: uploads - failed },
        { labels: { ...labels, status: 203 }, value: failed },
        { labels: { ...labels, status: 503 }, value: 2 },
        { labels: { operation: "GetObject", status: 200 }, value: 5 },
      ],
    },
    {
      name: "ossicle_request_seconds",
      values: [
        bucket(0.003, 0),
        bucket(0.01, uploads),
        bucket("+Inf", uploads),
        { labels, value: uploads, metricName: "ossicle_request_seconds_count" },
      ],
    },
    {
      name: "ossicle_callbacks_total",
      values: [{ labels: { outcome: "failed" }, value: failed }],
    },
    { name: "ossicle_callbacks_under_way", values: [{ labels: {}, value: 3 }] },
  ];
}

/** When the disk cannot be asked for its space. */
const failingMs = 77_000;

interface Kept {
  readonly keeper: HistoryKeeper;
  readonly failures: readonly unknown[];
  readonly sampleAt: (atMs: number, metrics: readonly MetricValues[] | undefined) => Promise<void>;
}

function keeperOf(): Kept {
  let nowMs = 0;
  let metrics: readonly MetricValues[] | undefined;
  const failures: unknown[] = [];
  const keeper = new HistoryKeeper({
    metrics: () => Promise.resolve(metrics),
    space: () =>
      nowMs === failingMs
        ? Promise.reject(new Error("no disk"))
        : Promise.resolve({ usedBytes: 1, freeBytes: 2 }),
    clock: () => nowMs,
    onFailure: (cause) => failures.push(cause),
  });
  return {
    keeper,
    failures,
    sampleAt: (atMs, values) => {
      nowMs = atMs;
      metrics = values;
      return keeper.sample();
    },
  };
}

describe("the points", () => {
  test("hold the counts between two samples", async () => {
    const { keeper, sampleAt } = keeperOf();
    await sampleAt(0, metricsAfter(10));
    await sampleAt(10_000, metricsAfter(30, 5));
    const { points } = keeper.read(0);
    expect(points).toMatchObject([
      {
        atMs: 10_000,
        tookMs: 10_000,
        requests: 20,
        uploads: 20,
        errors: 0,
        failed: 5,
        underWay: 3,
        usedBytes: 1,
        freeBytes: 2,
      },
    ]);
    expect(points[0]?.uploadMs).toEqual({ p50: 6.5, p95: 9.65, p99: 9.93 });
    expect(points[0]?.callbackMs).toBeUndefined();
  });

  test("show no jump when counts began again, or a worker did not answer", async () => {
    const { keeper, sampleAt } = keeperOf();
    await sampleAt(0, metricsAfter(1_000));
    await sampleAt(10_000, metricsAfter(400));
    await sampleAt(20_000, undefined);
    await sampleAt(30_000, metricsAfter(410));
    expect(keeper.read(0).points.map(({ uploads }) => uploads)).toEqual([0, 10]);
  });

  test("are kept when the disk cannot be asked for its space", async () => {
    const { keeper, sampleAt, failures } = keeperOf();
    await sampleAt(70_000, metricsAfter(1));
    await sampleAt(failingMs, metricsAfter(4));
    const [point] = keeper.read(0).points;
    expect([point?.uploads, point?.freeBytes, failures.length]).toEqual([3, undefined, 1]);
  });

  test("are at most 240, of a day, and lose no count", async () => {
    const { keeper, sampleAt } = keeperOf();
    const samples = 9_000; // 25 hours
    for (let at = 0; at < samples; at += 1) await sampleAt(at * 10_000, metricsAfter(at));
    const lastMs = (samples - 1) * 10_000;
    const { points } = keeper.read(lastMs - 86_400_000);
    expect(points.length).toBeGreaterThan(200);
    expect(points.length).toBeLessThanOrEqual(240);
    expect(points.at(-1)?.atMs).toBe(lastMs);
    const [first] = points;
    const startMs = (first?.atMs ?? 0) - (first?.tookMs ?? 0);
    const counted = points.reduce((sum, { uploads }) => sum + uploads, 0);
    expect(counted * 10_000).toBe(lastMs - startMs);
    const hour = keeper.read(lastMs - 599_999).points;
    expect(hour.map(({ tookMs }) => tookMs)).toEqual(Array.from({ length: 60 }, () => 10_000));
  });
});

describe("percentiles", () => {
  test("of nothing are undefined", () => {
    expect(percentilesOf(new Map(), new Map([[1, 0]]))).toBeUndefined();
    expect(percentilesOf(new Map([[1, 5]]), new Map([[1, 5]]))).toBeUndefined();
  });

  test("above the highest bound are that bound", () => {
    const after = new Map([
      [1, 0],
      [Infinity, 4],
    ]);
    expect(percentilesOf(new Map(), after)).toEqual({ p50: 1_000, p95: 1_000, p99: 1_000 });
  });
});
