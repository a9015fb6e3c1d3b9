// `ossicle serve`: worker processes that share the port and the folder, with one admin listener in
// front of all.
import cluster from "node:cluster";
import {
  type Configuration,
  describeBlobs,
  describeDatabase,
  describeTargets,
  lockPlace,
  type RunningServer,
} from "@ossicle/server";
import { pino } from "pino";
import { type AdminListener, openAdminListener } from "./admin-listener.ts";
import { stopSignal } from "./stop-signal.ts";
import { serveAsWorker } from "./serve-as-worker.ts";
import { primaryOf, withPorts } from "./workers.ts";

/** Serves until SIGTERM or SIGINT. The clock is for the ledger and the admin listener. */
export async function serve(given: Configuration, clock: () => number): Promise<void> {
  if (cluster.isWorker) return serveAsWorker(given);
  const stopped = stopSignal(); // also catches a signal while the store starts
  // Even a single worker is a process of its own, so that it can be replaced when its database
  // fails.
  const configuration = await withPorts(given);
  const lock = await lockPlace(configuration);
  try {
    const log = pino({ level: configuration.logLevel });
    const primary = await primaryOf(configuration, log);
    let admin: AdminListener | undefined;
    try {
      admin = await openAdminListener(configuration, primary, { clock, log });
      announce(configuration, primary, admin?.url);
      await stopped;
    } finally {
      await primary.close();
      await admin?.close();
    }
  } finally {
    await lock?.release();
  }
}

type Announced = Pick<RunningServer, "url" | "credentials">;

function announce(
  configuration: Configuration,
  { url, credentials }: Announced,
  adminUrl: string | undefined,
): void {
  const { origin, file } = credentials;
  const lines = [
    `Ossicle serves OSS at ${url} (region ${configuration.region}, ${dataIn(configuration)})`,
    `access key id      ${credentials.credentials.accessKeyId}`,
    origin === "configured"
      ? "access key secret  (from OSS_ACCESS_KEY_SECRET)"
      : origin === "made"
        ? `access key secret  ${credentials.credentials.accessKeySecret} ` +
          `(made now, kept in ${file ?? "the database: note it down"})`
        : `access key secret  (in ${file ?? "the database; ossicle keys add makes another key"})`,
    describeTargets(configuration),
  ];
  const isAnywhere = configuration.host === "0.0.0.0" || configuration.host === "::";
  if (isAnywhere && configuration.advertisedUrl === undefined) {
    lines.push(
      `other hosts cannot reach ${url}: set --advertised-url to a URL from which applications ` +
        "can fetch the callbacks' key",
    );
  }
  if (origin === "made") {
    const { accessKeyId, accessKeySecret } = credentials.credentials;
    lines.push(`export OSS_ACCESS_KEY_ID=${accessKeyId} OSS_ACCESS_KEY_SECRET=${accessKeySecret}`);
  }
  if (adminUrl !== undefined) lines.push(`console, health, metrics and deliveries at ${adminUrl}`);
  process.stdout.write(`${lines.join("\n")}\n`);
}

function dataIn({ data, metadata, blobs }: Configuration): string {
  if (metadata === undefined) return `data in ${data}`;
  return `metadata in ${describeDatabase(metadata)}, blobs in ${describeBlobs(blobs ?? data)}`;
}
