// The worker processes behind one port. The primary forks them, replaces one that ends, asks them
// for their metrics and their health, has them replay deliveries, and stops them.
import cluster, { type Worker } from "node:cluster";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import {
  type Configuration,
  deliveriesOf,
  listenMistake,
  type ReplayOutcome,
  type RunningServer,
  startServer,
  UnavailableError,
} from "@ossicle/server";
import type { Logger } from "pino";
import { AggregatorRegistry } from "prom-client";
import { stopSignal } from "./stop-signal.ts";
import { openTracing } from "./tracing.ts";
import { allocatorDefaults, limitHeapGrowth } from "./worker-memory.ts";

/** A message of a worker to its primary. */
type WorkerMessage =
  | ({ readonly kind: "ready" } & Pick<RunningServer, "url" | "credentials">)
  | { readonly kind: "metrics"; readonly metrics: object[] }
  | { readonly kind: "health"; readonly problem?: string }
  /** Without an outcome, it is unknown whether the delivery is due again. */
  | { readonly kind: "replay"; readonly outcome?: ReplayOutcome }
  /** The worker's database has failed, and the worker is about to exit. */
  | { readonly kind: "failed"; readonly problem: string };

/** A request of the primary to a worker. */
type Question =
  | { readonly kind: "metrics" }
  | { readonly kind: "health" }
  | { readonly kind: "replay"; readonly id: string };

/** A question, or its answer, with the question's number. */
type Numbered<T> = T & { readonly number: number };

type Told<Kind extends WorkerMessage["kind"]> = Extract<WorkerMessage, { readonly kind: Kind }>;

/** The workers, seen from the primary. */
export interface Primary {
  readonly url: string;
  readonly credentials: RunningServer["credentials"];
  readonly metrics: () => Promise<string>;
  /** One line for each worker that does not serve; empty while all of them serve. */
  readonly health: () => Promise<readonly string[]>;
  /**
   * Makes a delivery due once more. A worker writes the record, because a primary whose database
   * has failed would not be replaced. Throws UnavailableError when no worker serves, or the outcome
   * is unknown.
   */
  readonly replay: (id: string) => Promise<ReplayOutcome>;
  readonly close: () => Promise<void>;
}

/** The first worker could not serve. The message is empty where the worker has printed why. */
export class WorkerEndedError extends Error {
  override readonly name: string = "WorkerEndedError";
}

/**
 * Pause before a worker that exited is replaced, in milliseconds. It doubles after each replacement
 * that exits before {@link stableMs}.
 */
const firstRestartPauseMs = 500;

/**
 * Longest such pause, in milliseconds. It bounds how long a store is down after a disk recovers.
 */
const maxRestartPauseMs = 5_000;

/**
 * When a worker exits after this time, in milliseconds, its exit counts as a new failure, and the
 * pause is the shortest again.
 */
const stableMs = 60_000;

/** How long the primary waits for a worker's answer, in milliseconds. */
const answerTimeoutMs = 2_000;

/**
 * How long a worker whose database has failed may send its answers before it exits, in
 * milliseconds.
 */
const failedGraceMs = 100;

/** The environment variable that tells one worker to do the folder's background work. */
const backgroundVariable = "OSSICLE_WORKER_BACKGROUND";

/** The environment variables that tell a worker which ports were chosen. */
const portVariable = "OSSICLE_WORKER_PORT";
const adminPortVariable = "OSSICLE_WORKER_ADMIN_PORT";

type ListenOptions = Readonly<Record<"host" | "port", string>>;
const dataOptions: ListenOptions = { host: "--host", port: "--port" };
const adminOptions: ListenOptions = { host: "--admin-host", port: "--admin-port" };

/**
 * Replaces port 0 with a free port, so that all workers and their replacements use the same one.
 */
export async function withPorts(configuration: Configuration): Promise<Configuration> {
  const { host, port, adminHost, adminPort } = configuration;
  return {
    ...configuration,
    port: port === 0 ? await freePort(host, dataOptions) : port,
    adminPort: adminPort === 0 ? await freePort(adminHost, adminOptions) : adminPort,
  };
}

/** The end of a worker that has printed why it cannot serve. */
const refusedReason = "exit code 1";

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
  return {
    url: ready.url,
    credentials: ready.credentials,
    metrics: async () => {
      const all = await Promise.all(slots.map((slot) => slot.ask({ kind: "metrics" })));
      return AggregatorRegistry.aggregate(all.map((answer) => answer?.metrics ?? [])).metrics();
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
    close,
  };
}

interface SlotOptions {
  readonly port: number;
  readonly adminPort: number | undefined;
  readonly name: string;
  readonly background: boolean;
  readonly log: Logger;
}

/** One of the workers, and those that replace it. */
class WorkerSlot {
  readonly #options: SlotOptions;
  #worker: Worker | undefined;
  /** Whether the worker has reported that it serves. */
  #serves = false;
  /** Why the last worker ended, or is about to. */
  #reason: string | undefined;
  #pauseMs = firstRestartPauseMs;
  #timer: NodeJS.Timeout | undefined;
  #closing = false;
  #asked = 0;
  /** Callers that wait for an answer, by the number of their question. */
  readonly #waiting = new Map<number, (told: WorkerMessage | undefined) => void>();

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  /**
   * Forks a worker. Throws WorkerEndedError when it ends before it serves; then nothing replaces
   * it.
   */
  startFirst(): Promise<Told<"ready">> {
    return new Promise((resolve, reject) => {
      this.#fork(resolve, (reason) => {
        const hasPrinted = reason === refusedReason;
        reject(new WorkerEndedError(hasPrinted ? "" : `the worker process ended (${reason})`));
      });
    });
  }

  /** Forks a worker, and another one whenever it ends. */
  start(): void {
    this.#fork(
      () => undefined,
      () => this.#restartLater(),
    );
  }

  #fork(onReady: (ready: Told<"ready">) => void, onEarlyEnd: (reason: string) => void): void {
    const { port, adminPort, background, log, name } = this.#options;
    const worker = cluster.fork({
      ...allocatorDefaults(process.env),
      [backgroundVariable]: background ? "1" : "0",
      [portVariable]: String(port),
      ...(adminPort === undefined ? {} : { [adminPortVariable]: String(adminPort) }),
    });
    const startedMs = performance.now();
    let hasServed = false;
    this.#worker = worker;
    worker.on("error", (cause) => log.error({ err: cause, name }, "a worker's channel failed"));
    worker.on("message", (message: WorkerMessage & { readonly number?: number }) => {
      if (message.number !== undefined) this.#finish(message.number, message);
      if (message.kind === "failed") {
        this.#serves = false;
        this.#reason = message.problem;
      }
      if (message.kind !== "ready") return;
      hasServed = true;
      this.#serves = true;
      this.#reason = undefined;
      onReady(message);
    });
    worker.once("exit", (code, signal) => {
      this.#worker = undefined;
      this.#serves = false;
      this.#reason ??= signal ?? `exit code ${code}`;
      if (this.#closing) return;
      if (performance.now() - startedMs > stableMs) this.#pauseMs = firstRestartPauseMs;
      if (hasServed) this.#restartLater();
      else onEarlyEnd(this.#reason);
    });
  }

  #restartLater(): void {
    if (this.#closing) return;
    const { log, name } = this.#options;
    const pauseMs = this.#pauseMs;
    log.error({ name, reason: this.#reason, pauseMs }, "a worker ended; another one starts");
    this.#pauseMs = Math.min(pauseMs * 2, maxRestartPauseMs);
    this.#timer = setTimeout(() => {
      if (!this.#closing) this.start();
    }, pauseMs);
  }

  get serves(): boolean {
    return this.#worker !== undefined && this.#serves;
  }

  /** Asks the worker; undefined when it does not serve, or does not answer in time. */
  ask<Kind extends Question["kind"]>(
    question: Question & { readonly kind: Kind },
  ): Promise<Told<Kind> | undefined> {
    const worker = this.#worker;
    if (worker === undefined || !this.serves) return Promise.resolve(undefined);
    const number = (this.#asked += 1);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#finish(number), answerTimeoutMs);
      this.#waiting.set(number, (told) => {
        clearTimeout(timer);
        resolve(told as Told<Kind> | undefined); // the answer to this question
      });
      // Without a living worker, the timer ends the wait.
      worker.send({ ...question, number }, () => undefined);
    });
  }

  #finish(number: number, told?: WorkerMessage): void {
    const resolve = this.#waiting.get(number);
    this.#waiting.delete(number);
    resolve?.(told);
  }

  /** What is wrong with the worker; undefined while it serves. */
  async problem(): Promise<string | undefined> {
    const { name } = this.#options;
    const answer = await this.ask({ kind: "health" });
    if (answer !== undefined && answer.problem === undefined) return undefined;
    const why =
      answer?.problem ?? this.#reason ?? (this.#serves ? "it does not answer" : "it is starting");
    return `${name} does not serve: ${why}`;
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    if (worker === undefined || worker.isDead()) return;
    await new Promise<void>((resolve) => {
      worker.once("exit", () => resolve());
      worker.process.kill("SIGTERM");
    });
  }
}

async function freePort(host: string, options: ListenOptions): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(listenMistake(cause, { host, port: 0, options })));
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo; // a TCP server's address is always an object
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

/** Serves as one of the workers. */
export async function serveAsWorker(configuration: Configuration): Promise<void> {
  limitHeapGrowth();
  const stopped = stopSignal(); // also catches a signal while the worker starts
  const background = process.env[backgroundVariable] === "1";
  const port = Number(process.env[portVariable] ?? configuration.port);
  const { tracer, close } = await openTracing(configuration);
  const tell = (message: WorkerMessage & { readonly number?: number }): void =>
    void process.send?.(message);
  const admin = process.env[adminPortVariable];
  const adminPort = admin === undefined ? configuration.adminPort : Number(admin);
  const server = await startServer(
    { ...configuration, port, adminPort },
    {
      background,
      isOneOfSeveral: true,
      ...(tracer === undefined ? {} : { tracer }),
      onFailure: ({ message }) => {
        tell({ kind: "failed", problem: message });
        setTimeout(endAtOnce, failedGraceMs);
      },
    },
  );
  process.on("message", ({ number, ...question }: Numbered<Question>) => {
    void answer(server, question).then((told) => tell({ ...told, number }));
  });
  const { url, credentials } = server;
  tell({ kind: "ready", url, credentials });
  await stopped;
  if (configuration.drain > 0) {
    server.drain();
    server.services.log.info({ seconds: configuration.drain }, "draining: health is 503 from now");
    await pause(configuration.drain * 1_000);
  }
  await server.close();
  await close();
  process.disconnect?.();
}

async function answer(
  { failure, metrics, services }: RunningServer,
  question: Question,
): Promise<WorkerMessage> {
  if (question.kind === "metrics") {
    return { kind: "metrics", metrics: await metrics.registry.getMetricsAsJSON() };
  }
  if (question.kind === "health") {
    const problem = failure()?.message;
    return { kind: "health", ...(problem === undefined ? {} : { problem }) };
  }
  const { id } = question;
  const { replay } = deliveriesOf(services.metadata, services.clock);
  const outcome = await replay(id).catch((cause: unknown) => {
    services.log.error({ requestId: id, err: cause }, "a delivery could not be replayed");
    return undefined;
  });
  return { kind: "replay", ...(outcome === undefined ? {} : { outcome }) };
}

// Kills the process, because lmdb's exit handlers would use the failed database once more.
function endAtOnce(): void {
  process.kill(process.pid, "SIGKILL");
}
