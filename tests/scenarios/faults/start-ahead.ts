// Serves the folder of a kill run in this process, by a clock that runs ahead, so that leases have
// ended and garbage is old enough to be swept.
import { readConfiguration, type RunningServer, startServer } from "@ossicle/server";
import { pino } from "pino";
import { servedCredentials } from "../serve.ts";

/**
 * Serves a folder by the test's own clock. Due deliveries are sent, and garbage is swept, only when
 * the test calls for it.
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
