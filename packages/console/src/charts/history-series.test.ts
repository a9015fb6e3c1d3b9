// Points of the history become series of rates and shares.
import { expect, test } from "vitest";
import { seriesOf } from "./history-series.ts";

const point = {
  atMs: 20_000,
  tookMs: 10_000,
  requests: 90,
  uploads: 50,
  errors: 1,
  delivered: 30,
  failed: 10,
  underWay: 0,
  openCircuits: 0,
};

test("counts become rates a second, and callbacks a share that was confirmed", () => {
  const { times, uploads, errors, delivered, success, used } = seriesOf([
    { ...point, usedBytes: 7, freeBytes: 9 },
  ]);
  expect([times, uploads, errors, delivered, success, used]).toEqual([
    [20],
    [5],
    [0.1],
    [3],
    [75],
    [7],
  ]);
});

test("what was not measured leaves a gap", () => {
  const quiet = { ...point, delivered: 0, failed: 0 };
  const measured = { ...point, uploadMs: { p50: 1, p95: 2, p99: 3 } };
  const { success, uploadMs, free } = seriesOf([quiet, measured]);
  expect(success).toEqual([null, 75]);
  expect(uploadMs.p95).toEqual([null, 2]);
  expect(free).toEqual([null, null]);
});
