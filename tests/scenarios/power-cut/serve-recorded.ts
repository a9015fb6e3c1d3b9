// Serves a folder with settings that only these tests use. Lifecycle rules are applied all the
// time. With `--sweeps`, the sweeper runs all the time, and takes intents for old after 500 ms and
// garbage at once. With `--sync-every BYTES`, blobs are synced while they are written, as blobs
// over 512 MiB are. `--segment` and `--checkpoint` are sizes of the database's log in bytes. With
// `--workers N`, N processes serve; with `--kill-after MS`, all of them are killed at once, so long
// after one serves, and replaced.
import cluster from "node:cluster";
import { once } from "node:events";
import { writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { readConfiguration, startServer } from "@ossicle/server";
import { freePort } from "../../../scripts/free-port.ts";

const { values } = parseArgs({
  strict: false,
  options: {
    data: { type: "string" },
    sweeps: { type: "boolean" },
    "sync-every": { type: "string" },
    segment: { type: "string" },
    checkpoint: { type: "string" },
    workers: { type: "string" },
    "kill-after": { type: "string" },
  },
});
const configuration = readConfiguration({
  flags: {
    data: String(values["data"]),
    port: process.env["RECORDED_PORT"] ?? "0",
    logLevel: "warn",
  },
  env: process.env,
  file: {},
});
const sweeps = values["sweeps"] === true;
const [syncEvery, segment, checkpoint] = ["sync-every", "segment", "checkpoint"].map((name) =>
  values[name] === undefined ? undefined : Number(values[name]),
);

async function serve(isFirst: boolean): Promise<void> {
  const server = await startServer(configuration, {
    background: isFirst,
    isOneOfSeveral: cluster.isWorker,
    ...(sweeps ? { sweepAges: { intentMs: 500, garbageMs: 0 } } : {}),
    ...(syncEvery === undefined ? {} : { syncEveryBytes: syncEvery }),
    databaseLog: {
      ...(segment === undefined ? {} : { segmentBytes: segment }),
      ...(checkpoint === undefined ? {} : { checkpointBytes: checkpoint }),
    },
    onFailure: ({ message }) => {
      writeSync(process.stderr.fd, `the database failed: ${message}\n`);
      process.kill(process.pid, "SIGKILL"); // lmdb's exit handlers would use it
    },
  });
  if (isFirst) process.stdout.write(`serves OSS at ${server.listenUrl}\n`);
  process.send?.(server.listenUrl);
  let sweeping: Promise<void> | undefined;
  let ruling: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    if (isFirst) {
      ruling ??= server.lifecycle.run().finally(() => {
        ruling = undefined;
      });
    }
    if (!sweeps) return;
    sweeping ??= server.sweeper.sweep().finally(() => {
      sweeping = undefined;
    });
  }, 20);
  process.once("SIGTERM", () => {
    clearInterval(timer);
    void server.close().then(() => process.exit(0));
  });
}

/** Pause before a worker that has ended is replaced, in milliseconds. */
const restartPauseMs = 300;

// The first worker makes the folder. All of them listen on one port, which is chosen beforehand:
// the cluster module shares a port among workers that ask for the same number.
async function serveByWorkers(count: number): Promise<void> {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const env = { RECORDED_PORT: String(await freePort()) };
  await once(cluster.fork(env), "message");
  for (let at = 1; at < count; at += 1) cluster.fork({ ...env, RECORDED_LATER: "1" });
  let isEnding = false;
  cluster.on("exit", () => {
    if (!isEnding) process.stderr.write("a worker ended; another one starts\n");
    setTimeout(() => {
      if (!isEnding) cluster.fork({ ...env, RECORDED_LATER: "1" });
    }, restartPauseMs);
  });
  // The time counts from the message of a worker that serves: starting takes seconds.
  const killAfterMs = Number(values["kill-after"] ?? 0);
  let killing: NodeJS.Timeout | undefined;
  const killLater = (): void => {
    if (killAfterMs === 0) return;
    killing ??= setTimeout(() => {
      killing = undefined;
      for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill("SIGKILL");
    }, killAfterMs);
  };
  killLater();
  cluster.on("message", killLater);
  process.once("SIGTERM", () => {
    isEnding = true;
    clearTimeout(killing);
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill("SIGTERM");
    cluster.on("exit", () => {
      if (Object.keys(cluster.workers ?? {}).length === 0) process.exit(0);
    });
  });
}

const workers = Number(values["workers"] ?? 1);
if (workers > 1 && cluster.isPrimary) await serveByWorkers(workers);
else await serve(process.env["RECORDED_LATER"] === undefined);
