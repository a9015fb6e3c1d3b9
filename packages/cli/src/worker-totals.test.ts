// Sums over workers that end and are replaced, made of real registries.
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { expect, test } from "vitest";
import { WorkerTotals, type WorkerReading } from "./worker-totals.ts";

interface Counted {
  readonly requests: number;
  readonly underWay: number;
}

/** What a process answers that has counted this much, as it arrives over the channel. */
async function reading(id: number, { requests, underWay }: Counted): Promise<WorkerReading> {
  const registry = new Registry();
  const registers = [registry];
  const labels = { operation: "PutObject" };
  new Counter({ name: "requests", help: "-", labelNames: ["operation"], registers }).inc(
    labels,
    requests,
  );
  new Gauge({ name: "under_way", help: "-", registers }).set(underWay);
  const seconds = new Histogram({ name: "seconds", help: "-", buckets: [1], registers });
  for (let at = 0; at < requests; at += 1) seconds.observe(at % 2 === 0 ? 0.5 : 2);
  const metrics = JSON.parse(JSON.stringify(await registry.getMetricsAsJSON())) as object[];
  return { process: id, metrics };
}

const gone: WorkerReading = { process: undefined, metrics: undefined };

async function valuesOf(
  totals: WorkerTotals,
  readings: readonly WorkerReading[],
): Promise<Readonly<Record<string, number>> | undefined> {
  const sum = await totals.sum(readings);
  if (sum === undefined) return undefined;
  const values = sum.flatMap((metric) =>
    metric.values.map(({ value, metricName, labels }) => {
      const bound = labels["le"] === undefined ? "" : ` ${labels["le"]}`;
      return [`${metricName ?? metric.name}${bound}`, value] as const;
    }),
  );
  return Object.fromEntries(values);
}

test("the counts of a worker that ended stay in the sum, and its gauges do not", async () => {
  const totals = new WorkerTotals();
  const first = await reading(11, { requests: 4, underWay: 1 });
  const second = await reading(12, { requests: 10, underWay: 5 });
  expect(await valuesOf(totals, [first, second])).toEqual({
    requests: 14,
    under_way: 6,
    "seconds_bucket 1": 7,
    "seconds_bucket +Inf": 14,
    seconds_sum: 17.5,
    seconds_count: 14,
  });
  // The second worker ends, and is replaced twice.
  const more = await reading(11, { requests: 5, underWay: 1 });
  expect(await valuesOf(totals, [more, gone])).toMatchObject({ requests: 15, under_way: 1 });
  expect(await valuesOf(totals, [more, gone])).toMatchObject({ requests: 15, under_way: 1 });
  const third = await reading(13, { requests: 2, underWay: 0 });
  expect(await valuesOf(totals, [more, third])).toMatchObject({
    requests: 17,
    under_way: 1,
    seconds_count: 17,
    "seconds_bucket 1": 9,
  });
  const fourth = await reading(14, { requests: 1, underWay: 3 });
  expect(await valuesOf(totals, [more, fourth])).toMatchObject({ requests: 18, under_way: 4 });
  expect(await valuesOf(totals, [more, fourth])).toMatchObject({ requests: 18, under_way: 4 });
});

test("there is no sum while a process does not answer", async () => {
  const totals = new WorkerTotals();
  const one = await reading(11, { requests: 4, underWay: 1 });
  expect(await valuesOf(totals, [one, { process: 12, metrics: undefined }])).toBeUndefined();
  expect(await valuesOf(totals, [one, gone])).toMatchObject({ requests: 4 });
});
