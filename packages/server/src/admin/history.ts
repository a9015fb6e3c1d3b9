// Keeps the figures of the last day in memory, for the charts of the console. They begin when the
// listener starts; a monitoring system that reads the metrics keeps longer ones.

/** Values of a metric, as prom-client gives them. */
export interface MetricValues {
  readonly name: string;
  readonly values: readonly {
    readonly labels: Readonly<Record<string, string | number>>;
    readonly value: number;
    /** Of a histogram: its name with `_bucket`, `_sum` or `_count`. */
    readonly metricName?: string;
  }[];
}

/** Space on the disk of the data folder. */
export interface DiskSpace {
  readonly usedBytes: number;
  readonly freeBytes: number;
}

/** Times in milliseconds below which half, 95 % and 99 % of all are. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Counts between two samples, and values at the later one. */
export interface HistoryPoint extends Partial<DiskSpace> {
  /** Time of the later sample, in milliseconds since 1970. */
  readonly atMs: number;
  /** Time between the samples. */
  readonly tookMs: number;
  readonly requests: number;
  /** Requests that stored an object, also those whose callback failed (203). */
  readonly uploads: number;
  /** Answers with a status of 500 and above. */
  readonly errors: number;
  readonly delivered: number;
  readonly failed: number;
  readonly underWay: number;
  readonly openCircuits: number;
  /** Time of uploads, also refused ones; absent without any. A callback's time is part of it. */
  readonly uploadMs?: Percentiles;
  /** Time of attempts to call an application; absent without any. */
  readonly callbackMs?: Percentiles;
}

/** The figures of a time. */
export interface History {
  readonly points: readonly HistoryPoint[];
}

/** Returns the points since a time. */
export type HistoryReader = (fromMs: number) => History;

/** Longest time that is kept, in minutes. The limit is ours: a day. */
export const maxHistoryMinutes = 1_440;

/** Pause between samples, in milliseconds, and how many of them are kept: an hour. */
const fineMs = 10_000;
const maxFine = 361;

/** Of older times, every sixth sample is kept. */
const finePerCoarse = 6;
const maxCoarse = maxHistoryMinutes + 1;

/** Most points of an answer: more are not visible in a chart. */
const maxPoints = 240;

/** The figures of one moment: counts since the workers started. */
interface Sample {
  readonly atMs: number;
  readonly counts: Readonly<
    Record<"requests" | "uploads" | "errors" | "delivered" | "failed", number>
  >;
  readonly gauges: Readonly<Record<"underWay" | "openCircuits", number>>;
  readonly uploads: Buckets;
  readonly callbacks: Buckets;
  readonly space: DiskSpace | undefined;
}

/** Counts of a histogram by their upper bounds in seconds, each with all counts below. */
type Buckets = ReadonlyMap<number, number>;

/** What history is made of. */
export interface HistoryOptions {
  /** The metrics of all workers; undefined when a worker did not answer. */
  readonly metrics: () => Promise<readonly MetricValues[] | undefined>;
  readonly space: () => Promise<DiskSpace | undefined>;
  readonly clock: () => number;
  /** Called with what made a sample fail. */
  readonly onFailure: (cause: unknown) => void;
}

/** The keeper of the samples. */
export class HistoryKeeper {
  readonly #options: HistoryOptions;
  readonly #fine: Sample[] = [];
  readonly #coarse: Sample[] = [];
  #taken = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** Takes a sample from time to time. A failure leaves one out. */
  start(): void {
    const next = (): void => void this.sample().catch(this.#options.onFailure);
    next();
    this.#timer = setInterval(next, fineMs).unref();
  }

  /** Takes no further samples. */
  close(): void {
    clearInterval(this.#timer);
  }

  /** Takes a sample. */
  async sample(): Promise<void> {
    const { metrics, space, clock, onFailure } = this.#options;
    const [values, found] = await Promise.all([
      metrics(),
      space().catch((cause: unknown) => {
        onFailure(cause);
        return undefined;
      }),
    ]);
    // Without the counts of one worker, the next sample would show a jump.
    if (values === undefined) return;
    const sample = sampleOf(values, clock(), found);
    if (this.#taken % finePerCoarse === 0) keep(this.#coarse, sample, maxCoarse);
    keep(this.#fine, sample, maxFine);
    this.#taken += 1;
  }

  /** The points since a time, oldest first. */
  readonly read: HistoryReader = (fromMs) => {
    const [oldest] = this.#fine;
    const samples =
      oldest === undefined || fromMs >= oldest.atMs
        ? this.#fine
        : [...this.#coarse.filter(({ atMs }) => atMs < oldest.atMs), ...this.#fine];
    const first = samples.findIndex(({ atMs }) => atMs >= fromMs);
    const wanted = first < 0 ? [] : samples.slice(Math.max(0, first - 1));
    const step = Math.ceil(wanted.length / maxPoints);
    // Counted from the end, so that the newest sample is one of them.
    const kept = wanted.filter((_, at) => (wanted.length - 1 - at) % step === 0);
    return { points: kept.slice(1).map((sample, at) => pointOf(kept[at] ?? sample, sample)) };
  };
}

function keep(samples: Sample[], sample: Sample, most: number): void {
  samples.push(sample);
  if (samples.length > most) samples.shift();
}

/** Operations that store an object whose bytes the request sends or completes. */
const uploads: ReadonlySet<string> = new Set([
  "PutObject",
  "PostObject",
  "AppendObject",
  "CompleteMultipartUpload",
]);

function sampleOf(
  values: readonly MetricValues[],
  atMs: number,
  space: DiskSpace | undefined,
): Sample {
  const of = (name: string): MetricValues["values"] =>
    values.find((metric) => metric.name === name)?.values ?? [];
  const sum = (found: MetricValues["values"]): number =>
    found.reduce((all, { value }) => all + value, 0);
  const requests = of("ossicle_requests_total");
  const stored = requests.filter(
    ({ labels: { operation = "", status } }) =>
      uploads.has(String(operation)) && Number(status) < 300,
  );
  const outcomes = of("ossicle_callbacks_total");
  const outcome = (kind: string): number =>
    sum(outcomes.filter(({ labels }) => labels["outcome"] === kind));
  return {
    atMs,
    space,
    counts: {
      requests: sum(requests),
      uploads: sum(stored),
      errors: sum(requests.filter(({ labels }) => Number(labels["status"]) >= 500)),
      delivered: outcome("delivered"),
      failed: outcome("failed"),
    },
    gauges: {
      underWay: sum(of("ossicle_callbacks_under_way")),
      openCircuits: sum(of("ossicle_callback_circuits_open")),
    },
    uploads: bucketsOf(of("ossicle_request_seconds"), ({ operation = "" }) =>
      uploads.has(String(operation)),
    ),
    callbacks: bucketsOf(of("ossicle_callback_stage_seconds"), ({ stage }) => stage === "total"),
  };
}

function bucketsOf(
  values: MetricValues["values"],
  isWanted: (labels: Readonly<Record<string, string | number>>) => boolean,
): Buckets {
  const buckets = new Map<number, number>();
  for (const { labels, value, metricName } of values) {
    if (metricName?.endsWith("_bucket") !== true || !isWanted(labels)) continue;
    const bound = labels["le"] === "+Inf" ? Infinity : Number(labels["le"]);
    buckets.set(bound, (buckets.get(bound) ?? 0) + value);
  }
  return buckets;
}

// A difference is negative where counts begin again.
function pointOf(before: Sample, sample: Sample): HistoryPoint {
  const since = (name: keyof Sample["counts"]): number =>
    Math.max(0, sample.counts[name] - before.counts[name]);
  const uploadMs = percentilesOf(before.uploads, sample.uploads);
  const callbackMs = percentilesOf(before.callbacks, sample.callbacks);
  return {
    atMs: sample.atMs,
    tookMs: sample.atMs - before.atMs,
    requests: since("requests"),
    uploads: since("uploads"),
    errors: since("errors"),
    delivered: since("delivered"),
    failed: since("failed"),
    ...sample.gauges,
    ...(uploadMs === undefined ? {} : { uploadMs }),
    ...(callbackMs === undefined ? {} : { callbackMs }),
    ...sample.space,
  };
}

/** Percentiles of what was counted between two samples; undefined when there was nothing. */
export function percentilesOf(before: Buckets, after: Buckets): Percentiles | undefined {
  const counted = [...after]
    .map(([bound, count]) => ({ bound, count: Math.max(0, count - (before.get(bound) ?? 0)) }))
    .sort((left, right) => left.bound - right.bound);
  const total = counted.at(-1)?.count ?? 0;
  if (total <= 0) return undefined;
  const at = (part: number): number => Math.round(quantile(counted, part * total) * 1e5) / 100;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

// Values within a bucket are taken to be spread evenly, as in Prometheus' `histogram_quantile`.
// What lies above the highest bound counts as that bound.
function quantile(
  counted: readonly { readonly bound: number; readonly count: number }[],
  rank: number,
): number {
  let low = { bound: 0, count: 0 };
  for (const one of counted) {
    if (one.count >= rank) {
      if (one.bound === Infinity) return low.bound;
      const width = one.bound - low.bound;
      const share = (rank - low.count) / Math.max(1, one.count - low.count);
      return low.bound + width * share;
    }
    low = one;
  }
  return low.bound;
}
