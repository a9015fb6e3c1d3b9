// The series of the charts, from the points of the history.
import type { HistoryPoint } from "../ask.ts";

type Values = readonly (number | null)[];
type Quantiles = Readonly<Record<"p50" | "p95" | "p99", Values>>;

interface ChartData extends Readonly<
  Record<"uploads" | "errors" | "delivered" | "failed" | "success" | "used" | "free", Values>
> {
  readonly times: readonly number[];
  readonly uploadMs: Quantiles;
  readonly callbackMs: Quantiles;
}

/** The series of the charts: rates a second, shares in percent, times in milliseconds, bytes. */
export function seriesOf(points: readonly HistoryPoint[]): ChartData {
  const rate = (name: "uploads" | "errors" | "delivered" | "failed"): Values =>
    points.map((point) => (point[name] * 1_000) / Math.max(1, point.tookMs));
  const quantiles = (name: "uploadMs" | "callbackMs"): Quantiles => ({
    p50: points.map((point) => point[name]?.p50 ?? null),
    p95: points.map((point) => point[name]?.p95 ?? null),
    p99: points.map((point) => point[name]?.p99 ?? null),
  });
  return {
    times: points.map(({ atMs }) => atMs / 1_000),
    uploads: rate("uploads"),
    errors: rate("errors"),
    delivered: rate("delivered"),
    failed: rate("failed"),
    success: points.map(({ delivered, failed }) =>
      delivered + failed === 0 ? null : (delivered / (delivered + failed)) * 100,
    ),
    uploadMs: quantiles("uploadMs"),
    callbackMs: quantiles("callbackMs"),
    used: points.map(({ usedBytes }) => usedBytes ?? null),
    free: points.map(({ freeBytes }) => freeBytes ?? null),
  };
}
