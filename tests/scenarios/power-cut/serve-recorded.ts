// Serves a folder with settings that only these tests use. With `--sweeps`, the sweeper runs all
// the time, and takes intents for old after 500 ms and garbage at once. With `--sync-every BYTES`,
// blobs are synced while they are written, as blobs over 512 MiB are.
import { parseArgs } from "node:util";
import { readConfiguration, startServer } from "@ossicle/server";

const { values } = parseArgs({
  strict: false,
  options: {
    data: { type: "string" },
    sweeps: { type: "boolean" },
    "sync-every": { type: "string" },
  },
});
const configuration = readConfiguration({
  flags: { data: String(values["data"]), port: "0", logLevel: "warn" },
  env: process.env,
  file: {},
});
const sweeps = values["sweeps"] === true;
const syncEvery = values["sync-every"];
const server = await startServer(configuration, {
  ...(sweeps ? { sweepAges: { intentMs: 500, garbageMs: 0 } } : {}),
  ...(syncEvery === undefined ? {} : { syncEveryBytes: Number(syncEvery) }),
});
process.stdout.write(`serves OSS at ${server.listenUrl}\n`);
let sweeping: Promise<void> | undefined;
const timer = setInterval(() => {
  if (!sweeps) return;
  sweeping ??= server.sweeper.sweep().finally(() => {
    sweeping = undefined;
  });
}, 20);
process.once("SIGTERM", () => {
  clearInterval(timer);
  void server.close().then(() => process.exit(0));
});
