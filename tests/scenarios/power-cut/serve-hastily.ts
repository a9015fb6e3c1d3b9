// A program that serves a folder with a sweeper that runs all the time, and takes everything for
// old.
import { parseArgs } from "node:util";
import { readConfiguration, startServer } from "@ossicle/server";

const { values } = parseArgs({
  strict: false,
  options: { data: { type: "string" }, port: { type: "string" } },
});
const configuration = readConfiguration({
  flags: { data: String(values["data"]), port: "0", logLevel: "warn" },
  env: process.env,
  file: {},
});
const server = await startServer(configuration, {
  sweepAges: { intentMs: 500, garbageMs: 0 },
});
process.stdout.write(`serves OSS at ${server.listenUrl}\n`);
let sweeping: Promise<void> | undefined;
const timer = setInterval(() => {
  sweeping ??= server.sweeper.sweep().finally(() => {
    sweeping = undefined;
  });
}, 20);
process.once("SIGTERM", () => {
  clearInterval(timer);
  void server.close().then(() => process.exit(0));
});
