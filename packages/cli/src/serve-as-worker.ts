// A worker process: serves, and answers the questions of its primary.
import { setTimeout as pause } from "node:timers/promises";
import {
  type Configuration,
  deliveriesOf,
  OssError,
  type RawCallback,
  type RunningServer,
  showRequest,
  startServer,
  tryCallback,
} from "@ossicle/server";
import { stopSignal } from "./stop-signal.ts";
import { openTracing } from "./tracing.ts";
import {
  adminPortVariable,
  backgroundVariable,
  type Numbered,
  portVariable,
  type Question,
  type TryResult,
  type WorkerMessage,
} from "./worker-messages.ts";
import { limitHeapGrowth } from "./worker-memory.ts";

/**
 * How long a worker whose database has failed may send its answers before it exits, in
 * milliseconds.
 */
const failedGraceMs = 100;

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
    answer(server, question)
      .then((told) => tell({ ...told, number }))
      .catch((cause: unknown) => {
        // The primary's wait for the answer ends by itself.
        server.services.log.error({ err: cause, kind: question.kind }, "a question failed");
      });
  });
  const { url, listenUrl, credentials } = server;
  tell({ kind: "ready", url, listenUrl, credentials });
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
  if (question.kind === "try") return { kind: "try", ...(await tryOut(services, question)) };
  const { id } = question;
  if (question.kind === "request") {
    const request = await showRequest(services, id);
    return { kind: "request", ...(request === undefined ? {} : { request }) };
  }
  const { replay } = deliveriesOf(services.metadata, services.clock);
  const outcome = await replay(id).catch((cause: unknown) => {
    services.log.error({ requestId: id, err: cause }, "a delivery could not be replayed");
    return undefined;
  });
  return { kind: "replay", ...(outcome === undefined ? {} : { outcome }) };
}

async function tryOut(
  services: RunningServer["services"],
  { callback, callbackVar }: RawCallback,
): Promise<TryResult> {
  try {
    return { result: "tried", tried: await tryCallback(services, { callback, callbackVar }) };
  } catch (cause) {
    if (cause instanceof OssError) {
      return { result: "refused", message: cause.message, ec: cause.ec };
    }
    services.log.error({ err: cause }, "a callback could not be tried out");
    return { result: "failed" };
  }
}

// Kills the process, because lmdb's exit handlers would use the failed database once more.
function endAtOnce(): void {
  process.kill(process.pid, "SIGKILL");
}
