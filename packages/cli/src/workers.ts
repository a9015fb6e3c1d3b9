// Several worker processes behind one port. The primary forks them, forks a dead one anew, sums their metrics, and stops them.
import cluster, { type Worker } from "node:cluster";
import { type Configuration, type RunningServer, startServer } from "@ossicle/server";
import type { Logger } from "pino";
import { AggregatorRegistry } from "prom-client";
import { stopSignal } from "./serve.ts";

/** What a worker tells its primary. */
type WorkerMessage =
  | {
      readonly kind: "ready";
      readonly url: string;
      readonly credentials: RunningServer["credentials"];
    }
  | { readonly kind: "metrics"; readonly metrics: object[] };

/** The workers, seen from the primary. */
export interface Primary {
  readonly url: string;
  readonly credentials: RunningServer["credentials"];
  readonly metrics: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Pause before a worker that died is replaced, in milliseconds: one that cannot start must not spin. */
const restartPauseMs = 500;

/** How long the primary waits for a worker's metrics, in milliseconds. */
const metricsTimeoutMs = 2_000;

/** The environment variable that tells one worker to do the folder's background work. */
const backgroundVariable = "OSSICLE_WORKER_BACKGROUND";

/** Forks workers and waits until all of them serve. */
export async function primaryOf(count: number, log: Logger): Promise<Primary> {
  let closing = false;
  let started = false;
  const fork = (background: boolean): Promise<WorkerMessage & { kind: "ready" }> => {
    const worker = cluster.fork({ [backgroundVariable]: background ? "1" : "0" });
    let ready = false;
    return new Promise((resolve, reject) => {
      worker.on("message", (message: WorkerMessage) => {
        if (message.kind !== "ready") return;
        ready = true;
        resolve(message);
      });
      worker.once("exit", (code, signal) => {
        reject(new Error(`a worker ended before it served (${signal ?? code})`));
        // One that never served would never serve: the configuration, the port or the folder is at fault.
        if (closing || (!ready && !started)) return;
        log.error({ code, signal }, "a worker ended; starting another");
        setTimeout(() => {
          if (!closing)
            fork(background).catch((cause: unknown) => log.error({ err: cause }, "no worker"));
        }, restartPauseMs);
      });
    });
  };
  // One after the other: the first makes what the folder lacks, and takes the port when it was 0.
  const first = await fork(true);
  await Promise.all(Array.from({ length: count - 1 }, () => fork(false)));
  started = true;
  return {
    url: first.url,
    credentials: first.credentials,
    metrics: async () => {
      const all = await Promise.all(liveWorkers().map(metricsOf));
      return AggregatorRegistry.aggregate(all).metrics();
    },
    close: async () => {
      closing = true;
      await Promise.all(liveWorkers().map(stopWorker));
    },
  };
}

function liveWorkers(): readonly Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}

function metricsOf(worker: Worker): Promise<object[]> {
  return new Promise((resolve) => {
    const finish = (metrics: object[]): void => {
      clearTimeout(timer);
      worker.off("message", onMessage);
      resolve(metrics);
    };
    const onMessage = (message: WorkerMessage): void => {
      if (message.kind === "metrics") finish(message.metrics);
    };
    const timer = setTimeout(() => finish([]), metricsTimeoutMs);
    worker.on("message", onMessage);
    worker.send({ kind: "metrics" });
  });
}

function stopWorker(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    if (worker.isDead()) return resolve();
    worker.once("exit", () => resolve());
    worker.process.kill("SIGTERM");
  });
}

/** Serves as one of several workers. */
export async function serveAsWorker(configuration: Configuration): Promise<void> {
  const background = process.env[backgroundVariable] === "1";
  const server = await startServer(configuration, { background });
  const tell = (message: WorkerMessage): void => void process.send?.(message);
  process.on("message", (message: { kind?: string }) => {
    if (message.kind !== "metrics") return;
    void server.metrics.registry
      .getMetricsAsJSON()
      .then((metrics) => tell({ kind: "metrics", metrics }));
  });
  tell({ kind: "ready", url: server.url, credentials: server.credentials });
  await stopSignal();
  await server.close();
  process.disconnect?.();
}
