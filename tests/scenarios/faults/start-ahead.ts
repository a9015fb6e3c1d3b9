// What the kill runs look at in the end: the folder, served by this process at a time to come, by
// which leases are over and garbage is old.
import { readConfiguration, type RunningServer, startServer } from "@ossicle/server";
import { pino } from "pino";
import { servedCredentials } from "../serve.ts";

/**
 * Serves a folder by a clock of the test's own; looks and sweeps happen only when the test asks for
 * them.
 */
export function startAhead(
  data: string,
  clock: () => number,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const configuration = readConfiguration({
    flags: { data, port: "0", ...settings },
    env: {
      OSS_ACCESS_KEY_ID: servedCredentials.accessKeyId,
      OSS_ACCESS_KEY_SECRET: servedCredentials.accessKeySecret,
    },
    file: {},
  });
  return startServer(configuration, {
    clock,
    log: pino({ level: "silent" }),
    background: false,
    sweepAges: { intentMs: 86_400_000, garbageMs: 0 }, // no reader is left
  });
}
