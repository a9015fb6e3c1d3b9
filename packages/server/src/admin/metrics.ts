// Metrics in Prometheus' terms, one registry a server so that two fit in one process.
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Callbacks } from "../callback/callbacks.ts";

/** A server's metrics. */
export class Metrics {
  readonly registry: Registry = new Registry();
  // Counted here and handed over when somebody asks: a labelled counter costs as much as reading a record.
  readonly #counts = new Map<string, { operation: string; status: number; count: number }>();
  readonly #timers = new Map<string, (seconds: number) => void>();
  readonly #seconds = new Histogram({
    name: "ossicle_request_seconds",
    help: "Time from a request's headers to the end of its answer.",
    labelNames: ["operation"],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
    registers: [this.registry],
  });
  readonly #callbacks = new Counter({
    name: "ossicle_callbacks_total",
    help: "Callbacks by outcome.",
    labelNames: ["outcome"],
    registers: [this.registry],
  });
  readonly #swept = new Counter({
    name: "ossicle_swept_blobs_total",
    help: "Blobs that the sweeper removed.",
    registers: [this.registry],
  });

  constructor() {
    const counts = this.#counts;
    // oxlint-disable-next-line no-new -- a counter registers itself
    new Counter({
      name: "ossicle_requests_total",
      help: "Requests by operation and status.",
      labelNames: ["operation", "status"],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { operation, status, count } of counts.values())
          this.inc({ operation, status }, count);
      },
    });
  }

  /** Counts a request. */
  request(operation: string, status: number, tookMs: number): void {
    const name = `${operation} ${status}`;
    const counted = this.#counts.get(name);
    if (counted === undefined) this.#counts.set(name, { operation, status, count: 1 });
    else counted.count += 1;
    let timer = this.#timers.get(operation);
    if (timer === undefined) {
      const bound = this.#seconds.labels(operation);
      timer = (seconds) => bound.observe(seconds);
      this.#timers.set(operation, timer);
    }
    timer(tookMs / 1_000);
  }

  /** Counts removed blobs. */
  swept(blobs: number): void {
    this.#swept.inc(blobs);
  }

  /** Follows an engine's callbacks. */
  watch(callbacks: Callbacks): void {
    const counter = this.#callbacks;
    callbacks.listen((_delivery, outcome) => counter.inc({ outcome: outcome.kind }));
    // oxlint-disable-next-line no-new -- a gauge registers itself
    new Gauge({
      name: "ossicle_callbacks_under_way",
      help: "Callbacks being sent at this moment.",
      registers: [this.registry],
      collect() {
        this.set(callbacks.underWay);
      },
    });
  }
}
