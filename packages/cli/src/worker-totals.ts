// The sum of the workers' metrics for the history. What a worker has counted stays in the sum when
// the worker ends: otherwise the charts would show no requests at that time.
import type { MetricValues } from "@ossicle/server";
import { AggregatorRegistry } from "prom-client";

/** What one worker has answered. */
export interface WorkerReading {
  /** The worker's process; undefined while no process serves in its place. */
  readonly process: number | undefined;
  /** Undefined when the process did not answer, or there is none. */
  readonly metrics: readonly object[] | undefined;
}

/** A metric as prom-client gives it. */
type Metric = MetricValues & { readonly type: string };

/** Sums of readings, over the replacements of workers. */
export class WorkerTotals {
  /** The last reading of each place. */
  readonly #last: WorkerReading[] = [];
  /** What replaced workers had counted. */
  #ended: readonly object[] = [];

  /**
   * Sums the workers' readings, which are always in the same order. Gauges are those of the workers
   * that serve. Returns undefined when a process did not answer. Without its counts the sum would
   * fall, and the next one jump.
   */
  async sum(readings: readonly WorkerReading[]): Promise<readonly MetricValues[] | undefined> {
    if (readings.some(({ process, metrics }) => process !== undefined && metrics === undefined)) {
      return undefined;
    }
    for (const [at, reading] of readings.entries()) {
      if (reading.process === undefined) continue;
      const last = this.#last[at];
      if (last !== undefined && last.process !== reading.process) {
        this.#ended = await added([this.#ended, countsOf(last)]);
      }
      this.#last[at] = reading;
    }
    const current = readings.map(({ metrics }, at) => metrics ?? countsOf(this.#last[at]));
    // prom-client's types leave out the values.
    return (await added([this.#ended, ...current])) as readonly MetricValues[];
  }
}

function countsOf(reading: WorkerReading | undefined): readonly object[] {
  const metrics = (reading?.metrics ?? []) as readonly Metric[];
  return metrics.filter(({ type }) => type === "counter" || type === "histogram");
}

function added(metrics: readonly (readonly object[])[]): Promise<readonly object[]> {
  return AggregatorRegistry.aggregate(metrics.map((one) => [...one])).getMetricsAsJSON();
}
