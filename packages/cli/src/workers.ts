// Several worker processes behind one port. The primary forks them, forks a dead one anew, sums their metrics, and stops them.
import cluster, { type Worker } from "node:cluster";
import { type AddressInfo, createServer } from "node:net";
import { type Configuration, type RunningServer, startServer } from "@ossicle/server";
import type { Logger } from "pino";
import { AggregatorRegistry } from "prom-client";
import { stopSignal } from "./serve.ts";
import { openTracing } from "./tracing.ts";

/** What a worker tells its primary. */
type WorkerMessage =
  | ({ readonly kind: "ready" } & Pick<RunningServer, "url" | "credentials">)
  | { readonly kind: "metrics"; readonly metrics: object[] };

/** The workers, seen from the primary. */
export interface Primary {
  readonly url: string;
  readonly credentials: RunningServer["credentials"];
  readonly metrics: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** The first worker could not serve; it has said why. */
export class WorkerEndedError extends Error {
  override readonly name: string = "WorkerEndedError";
}

/** Pause before a worker that died is replaced, in milliseconds: one that cannot start must not spin. */
const restartPauseMs = 500;

/** How long the primary waits for a worker's metrics, in milliseconds. */
const metricsTimeoutMs = 2_000;

/** The environment variable that tells one worker to do the folder's background work. */
const backgroundVariable = "OSSICLE_WORKER_BACKGROUND";

/** The environment variable that tells a worker which port was chosen. */
const portVariable = "OSSICLE_WORKER_PORT";

/** Forks workers and waits until the first of them serves. */
export async function primaryOf(configuration: Configuration, log: Logger): Promise<Primary> {
  // Workers accept for themselves: a primary that hands connections out keeps for ever those that it was handing to a worker that
  // died (decision 6).
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const count = configuration.workers;
  const port = configuration.port === 0 ? await freePort(configuration.host) : configuration.port;
  let closing = false;
  let started = false;
  const serving = new Set<Worker>();
  const fork = (background: boolean): Promise<WorkerMessage & { kind: "ready" }> => {
    const worker = cluster.fork({
      [backgroundVariable]: background ? "1" : "0",
      [portVariable]: String(port),
    });
    worker.on("error", (cause) => log.error({ err: cause }, "a worker's channel failed"));
    let ready = false;
    return new Promise((resolve, reject) => {
      worker.on("message", (message: WorkerMessage) => {
        if (message.kind !== "ready") return;
        ready = true;
        serving.add(worker);
        resolve(message);
      });
      worker.once("exit", (code, signal) => {
        serving.delete(worker);
        reject(new WorkerEndedError(`a worker ended before it served (${signal ?? code})`));
        // One that never served would never serve: the configuration, the port or the folder is at fault.
        if (closing || (!ready && !started)) return;
        log.error({ code, signal }, "a worker ended; starting another");
        setTimeout(() => forkLater(background), restartPauseMs);
      });
    });
  };
  const forkLater = (background: boolean): void => {
    if (closing) return;
    fork(background).catch((cause: unknown) => {
      if (!closing) log.error({ err: cause }, "no worker");
    });
  };
  const stop = async (): Promise<void> => {
    closing = true;
    await Promise.all(liveWorkers().map(stopWorker));
  };
  // The first makes what the folder lacks; the others follow.
  const first = await fork(true).catch(async (cause: unknown) => {
    await stop();
    throw cause;
  });
  started = true;
  for (let more = 1; more < count; more += 1) forkLater(false);
  return {
    url: first.url,
    credentials: first.credentials,
    metrics: async () => {
      const all = await Promise.all([...serving].map(metricsOf));
      return AggregatorRegistry.aggregate(all).metrics();
    },
    close: stop,
  };
}

// A port that was 0 is chosen once, for the workers that replace dead ones too.
async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo; // a TCP server's address is always an object
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
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
    worker.send({ kind: "metrics" }, () => undefined); // a dead one times out
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
  const port = Number(process.env[portVariable] ?? configuration.port);
  const { tracer, close } = await openTracing(configuration);
  const traced = tracer === undefined ? {} : { tracer };
  const server = await startServer({ ...configuration, port }, { background, ...traced });
  const tell = (message: WorkerMessage): void => void process.send?.(message);
  process.on("message", (message: { kind?: string }) => {
    if (message.kind !== "metrics") return;
    void server.metrics.registry
      .getMetricsAsJSON()
      .then((metrics) => tell({ kind: "metrics", metrics }));
  });
  const { url, credentials } = server;
  tell({ kind: "ready", url, credentials });
  await stopSignal();
  await server.close();
  await close();
  process.disconnect?.();
}
