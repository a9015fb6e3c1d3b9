// Metrics in Prometheus' terms, one registry a server so that two fit in one process.
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Callbacks } from "../callback/callbacks.ts";
import {
  type AttemptRecord,
  type AttemptStages,
  deliveryStates,
} from "../objects/records/delivery-record.ts";

/** A server's metrics. */
export class Metrics {
  readonly registry: Registry = new Registry();
  // Counted here and handed over when metrics are read: a labelled counter costs as much as
  // reading a record.
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
  readonly #attempts = new Counter({
    name: "ossicle_callback_attempts_total",
    help: "Attempts to call an application, by the status of its answer, or none.",
    labelNames: ["status"],
    registers: [this.registry],
  });
  readonly #rounds = new Counter({
    name: "ossicle_deliveries_total",
    help:
      "Rounds of deliveries by what was recorded: delivered, failed, dead, superseded, due for " +
      "another round, or lost to another process.",
    labelNames: ["state"],
    registers: [this.registry],
  });
  readonly #stages = new Histogram({
    name: "ossicle_callback_stage_seconds",
    help: "Time that an attempt spent in each stage, and altogether.",
    labelNames: ["stage"],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 5],
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

  #attempt({ status, stages, tookMs }: AttemptRecord): void {
    this.#attempts.inc({ status: status === undefined ? "none" : String(status) });
    for (const [stage, ms] of Object.entries(stageTimes(stages, tookMs))) {
      if (ms !== undefined) this.#stages.observe({ stage }, ms / 1_000);
    }
  }

  /** Counts an engine's callbacks from now on. */
  watch(callbacks: Callbacks): void {
    callbacks.listen((_delivery, outcome) => {
      this.#callbacks.inc({ outcome: outcome.kind });
      for (const attempt of outcome.attempts) this.#attempt(attempt);
    });
    // Prometheus sees no increase from a series that is missing to its first value.
    for (const state of deliveryStates) this.#rounds.inc({ state }, 0);
    callbacks.onSettled((state) => this.#rounds.inc({ state }));
    // oxlint-disable-next-line no-new -- a counter registers itself
    new Counter({
      name: "ossicle_callbacks_ignored_total",
      help: "Requests with callback parameters to operations that do not call back.",
      labelNames: ["operation"],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [operation, count] of callbacks.ignored.totals) this.inc({ operation }, count);
      },
    });
    // oxlint-disable-next-line no-new -- a gauge registers itself
    new Gauge({
      name: "ossicle_callbacks_under_way",
      help: "Callbacks being sent at this moment.",
      registers: [this.registry],
      collect() {
        this.set(callbacks.underWay);
      },
    });
    // oxlint-disable-next-line no-new -- a gauge registers itself
    new Gauge({
      name: "ossicle_callback_circuits_open",
      help:
        "Endpoints that are not called for a while, because they did not answer in time. Every " +
        "worker has its own circuits; this is their sum.",
      registers: [this.registry],
      collect() {
        this.set(callbacks.openCircuits);
      },
    });
  }
}

// Turns the times at which stages were reached into how long each stage took. A stage that was not
// reached has no time.
function stageTimes(
  { resolvedMs, connectedMs, securedMs, answeredMs }: AttemptStages = {},
  tookMs: number,
): Readonly<Record<string, number | undefined>> {
  const between = (from = 0, to?: number): number | undefined => to && Math.max(0, to - from);
  return {
    dns: resolvedMs,
    connect: between(resolvedMs, connectedMs),
    tls: between(connectedMs, securedMs),
    first_byte: between(securedMs ?? connectedMs, answeredMs),
    total: tookMs,
  };
}
