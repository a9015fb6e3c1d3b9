// `ossicle serve`: one process, or several that share the port and the folder, with one admin listener in front of all.
import cluster from "node:cluster";
import {
  type AdminOptions,
  type Configuration,
  deliveriesOf,
  effectiveTargets,
  isDevelopment,
  openDeliveries,
  type RunningServer,
  startAdminListener,
  startServer,
} from "@ossicle/server";
import { pino } from "pino";
import { openTracing } from "./tracing.ts";
import { primaryOf, serveAsWorker } from "./workers.ts";

/** Serves until it is told to stop. The clock is the admin listener's. */
export async function serve(configuration: Configuration, clock: () => number): Promise<void> {
  if (cluster.isWorker) return serveAsWorker(configuration);
  return configuration.workers === 1
    ? serveAlone(configuration, clock)
    : serveTogether(configuration, clock);
}

async function serveAlone(configuration: Configuration, clock: () => number): Promise<void> {
  const { tracer, close } = await openTracing(configuration);
  const server = await startServer(configuration, tracer === undefined ? {} : { tracer });
  await serveUntilStopped(configuration, server, {
    metrics: () => server.metrics.registry.metrics(),
    deliveries: deliveriesOf(server.services.metadata, clock),
    clock,
  });
  await close();
}

async function serveTogether(configuration: Configuration, clock: () => number): Promise<void> {
  const primary = await primaryOf(configuration, pino({ level: configuration.logLevel }));
  const deliveries = await openDeliveries(configuration.data, clock);
  try {
    await serveUntilStopped(configuration, primary, {
      metrics: () => primary.metrics(),
      deliveries,
      clock,
    });
  } finally {
    await deliveries.close();
  }
}

async function serveUntilStopped(
  configuration: Configuration,
  server: Announced & Pick<RunningServer, "close">,
  answers: Omit<AdminOptions, "health">,
): Promise<void> {
  let admin: AdminListener | undefined;
  try {
    admin = await openAdmin(configuration, answers);
    announce(configuration, server, admin?.url);
    await stopSignal();
  } finally {
    await server.close();
    await admin?.close();
  }
}

interface AdminListener {
  readonly url: string;
  readonly close: () => Promise<void>;
}

async function openAdmin(
  { adminHost, adminPort }: Configuration,
  answers: Omit<AdminOptions, "health">,
): Promise<AdminListener | undefined> {
  if (adminPort === undefined) return undefined;
  const place = { host: adminHost, port: adminPort };
  return startAdminListener({ health: () => "ok", ...answers }, place);
}

type Announced = Pick<RunningServer, "url" | "credentials">;

function announce(
  configuration: Configuration,
  { url, credentials }: Announced,
  adminUrl: string | undefined,
): void {
  const { origin, file } = credentials;
  const lines = [
    `Ossicle serves OSS at ${url} (region ${configuration.region}, data in ${configuration.data})`,
    `access key id      ${credentials.credentials.accessKeyId}`,
    origin === "configured"
      ? "access key secret  (from OSS_ACCESS_KEY_SECRET)"
      : origin === "made"
        ? `access key secret  ${credentials.credentials.accessKeySecret} (made now, kept in ${file})`
        : `access key secret  (in ${file})`,
    `callbacks may go to ${effectiveTargets(configuration)}${
      isDevelopment(configuration)
        ? ": development, since it is bound to loopback and not advertised"
        : ""
    }`,
  ];
  const isAnywhere = configuration.host === "0.0.0.0" || configuration.host === "::";
  if (isAnywhere && configuration.advertisedUrl === undefined) {
    lines.push(
      `other hosts do not reach ${url}: set --advertised-url, where applications fetch the callbacks' key`,
    );
  }
  if (origin === "made") {
    const { accessKeyId, accessKeySecret } = credentials.credentials;
    lines.push(`export OSS_ACCESS_KEY_ID=${accessKeyId} OSS_ACCESS_KEY_SECRET=${accessKeySecret}`);
  }
  if (adminUrl !== undefined) lines.push(`health, metrics and deliveries at ${adminUrl}`);
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Resolves at the first SIGTERM or SIGINT. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("SIGINT", () => resolve());
  });
}
