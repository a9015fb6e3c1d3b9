// The worker processes behind one port. The primary forks them, replaces one that ends, asks them
// for their metrics and their health, has them replay deliveries, and stops them.
import cluster from "node:cluster";
import {
  type Configuration,
  listenMistake,
  type MetricValues,
  OssError,
  type RawCallback,
  type ReplayOutcome,
  type RunningServer,
  type ShownRequest,
  type TriedCallback,
  UnavailableError,
} from "@ossicle/server";
import type { Logger } from "pino";
import { AggregatorRegistry } from "prom-client";
import { freePort } from "./free-port.ts";
import type { Question, Told, TryResult } from "./worker-messages.ts";
import { WorkerSlot } from "./worker-slot.ts";
import { type WorkerReading, WorkerTotals } from "./worker-totals.ts";

/** The workers, seen from the primary. */
export interface Primary {
  readonly url: string;
  /** Where the workers listen. */
  readonly listenUrl: string;
  readonly credentials: RunningServer["credentials"];
  /** The metrics of each worker, with its number as a label. */
  readonly metrics: () => Promise<string>;
  /**
   * Their sums as values, with the counts of workers that were replaced; undefined when a worker
   * that serves did not answer.
   */
  readonly figures: () => Promise<readonly MetricValues[] | undefined>;
  /** One line for each worker that does not serve; empty while all of them serve. */
  readonly health: () => Promise<readonly string[]>;
  /**
   * Makes a delivery due once more. A worker writes the record, because a primary whose database
   * has failed would not be replaced. Throws UnavailableError when no worker serves, or the outcome
   * is unknown.
   */
  readonly replay: (id: string) => Promise<ReplayOutcome>;
  /**
   * Has a worker send a callback for a sample upload. Throws InvalidArgument for parameters that
   * OSS would refuse, and UnavailableError when no worker answers.
   */
  readonly tryCallback: (raw: RawCallback) => Promise<TriedCallback | undefined>;
  /**
   * Has a worker show the request of a delivery; undefined when it may not be sent again. Throws
   * UnavailableError when no worker answers.
   */
  readonly showRequest: (id: string) => Promise<ShownRequest | undefined>;
  readonly close: () => Promise<void>;
}

type ListenOptions = Readonly<Record<"host" | "port", string>>;
const dataOptions: ListenOptions = { host: "--host", port: "--port" };
const adminOptions: ListenOptions = { host: "--admin-host", port: "--admin-port" };

/**
 * Replaces port 0 with a free port, so that all workers and their replacements use the same one.
 */
export async function withPorts(configuration: Configuration): Promise<Configuration> {
  const { host, port, adminHost, adminPort } = configuration;
  const chosen = {
    port: port === 0 ? await portOf(host, dataOptions) : port,
    adminPort: adminPort === 0 ? await portOf(adminHost, adminOptions) : adminPort,
  };
  const isTwice = chosen.port === chosen.adminPort && (port === 0 || adminPort === 0);
  return isTwice ? withPorts(configuration) : { ...configuration, ...chosen };
}

/** Forks workers and waits until the first of them serves. */
export async function primaryOf(configuration: Configuration, log: Logger): Promise<Primary> {
  // Workers accept connections themselves. A primary that distributes connections never closes
  // those that it was passing to a worker when the worker died (decision 6).
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const { port, adminPort } = configuration;
  const slots = Array.from(
    { length: configuration.workers },
    (_, at) =>
      new WorkerSlot({ port, adminPort, name: `worker ${at + 1}`, background: at === 0, log }),
  );
  const close = async (): Promise<void> => {
    await Promise.all(slots.map((slot) => slot.close()));
  };
  // The first worker creates what is missing in the folder; the others start after it. If it cannot
  // serve, no worker can: the configuration, the port or the folder is at fault.
  const [first, ...others] = slots;
  const ready = await first?.startFirst().catch(async (cause: unknown) => {
    await close();
    throw cause;
  });
  if (ready === undefined) throw new RangeError("at least one worker must serve");
  for (const slot of others) slot.start();
  const totals = new WorkerTotals();
  return {
    url: ready.url,
    listenUrl: ready.listenUrl,
    credentials: ready.credentials,
    figures: async () => totals.sum(await Promise.all(slots.map(readingOf))),
    metrics: async () => {
      const all = await Promise.all(slots.map((slot) => slot.ask({ kind: "metrics" })));
      const labelled = all.map((answer, at) => withWorker(answer?.metrics ?? [], at + 1));
      return AggregatorRegistry.aggregate(labelled).metrics();
    },
    health: async () => {
      const problems = await Promise.all(slots.map((slot) => slot.problem()));
      return problems.filter((problem) => problem !== undefined);
    },
    replay: async (id) => {
      const slot = slots.find((one) => one.serves);
      if (slot === undefined) throw new UnavailableError("no worker serves");
      // If no answer arrives, do not ask another worker: this one may still replay the delivery.
      const answer = await slot.ask({ kind: "replay", id });
      if (answer?.outcome !== undefined) return answer.outcome;
      throw new UnavailableError(`it is unknown whether ${id} is due again`);
    },
    tryCallback: async (raw) => {
      const answer = await askOne(slots, { kind: "try", ...raw });
      if (answer.result === "failed") throw new UnavailableError("no worker could send it");
      if (answer.result === "refused") throw refusedCallback(raw, answer);
      return answer.tried;
    },
    showRequest: async (id) => {
      const { request } = await askOne(slots, { kind: "request", id });
      return request;
    },
    close,
  };
}

async function askOne<Kind extends Question["kind"]>(
  slots: readonly WorkerSlot[],
  question: Question & { readonly kind: Kind },
): Promise<Told<Kind>> {
  const answer = await slots.find((slot) => slot.serves)?.ask<Kind>(question);
  if (answer === undefined) throw new UnavailableError("no worker answers");
  return answer;
}

// Without the label, the counters of a worker that ended would be missing in the sum. Prometheus
// takes a counter that falls for one that began again.
function withWorker(metrics: readonly object[], worker: number): object[] {
  return (metrics as readonly MetricValues[]).map((metric) => ({
    ...metric,
    values: metric.values.map((one) => ({ ...one, labels: { ...one.labels, worker } })),
  }));
}

async function readingOf(slot: WorkerSlot): Promise<WorkerReading> {
  const { servingProcess } = slot;
  const answer = servingProcess === undefined ? undefined : await slot.ask({ kind: "metrics" });
  return { process: servingProcess, metrics: answer?.metrics };
}

function refusedCallback(
  { callback }: RawCallback,
  { message, ec }: Extract<TryResult, { readonly result: "refused" }>,
): OssError<"InvalidArgument"> {
  const details = { ArgumentName: "callback", ArgumentValue: callback };
  return new OssError("InvalidArgument", details, { message, ...(ec === undefined ? {} : { ec }) });
}

async function portOf(host: string, options: ListenOptions): Promise<number> {
  try {
    return await freePort(host);
  } catch (cause) {
    throw cause instanceof Error ? listenMistake(cause, { host, port: 0, options }) : cause;
  }
}
