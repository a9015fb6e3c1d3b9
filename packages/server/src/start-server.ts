// Starts a server in this process, and stops it again.
import { Retention } from "./callback/deliveries/retention.ts";
import type { Configuration } from "./configuration/settings.ts";
import { lockPlace, makePlace } from "./data-folder/lock-place.ts";
import { mebibyte } from "./memory/memory.ts";
import { startListening } from "./open-listener.ts";
import { type OpenedServices, openServices } from "./open-services.ts";
import type { OperationServices } from "./operations/operation-services.ts";
import type { ServerOverrides } from "./server-overrides.ts";
import { dayMs } from "./time/midnight.ts";

/** Time that requests under way get when a server stops, in milliseconds. */
const closeGraceMs = 30_000;

/** A server that runs in this process. */
export interface RunningServer extends OpenedServices {
  /** Where clients reach it: the advertised URL, or else the one it listens at. */
  readonly url: string;
  /** Where it listens. */
  readonly listenUrl: string;
  /**
   * Serves on while health is 503, and ends every connection after its next answer, so that a proxy
   * moves to other nodes.
   */
  readonly drain: () => void;
  /** Finishes what is under way, then stops. */
  readonly close: () => Promise<void>;
}

/** Starts a server in this process. */
export async function startServer(
  configuration: Configuration,
  overrides: ServerOverrides = {},
): Promise<RunningServer> {
  const address: { url: string; listenUrl?: string } = { url: configuration.advertisedUrl ?? "" };
  const isAlone = overrides.isOneOfSeveral !== true;
  const lock = isAlone ? await lockPlace(configuration) : undefined;
  if (!isAlone) await makePlace(configuration);
  const opened = await openServices(configuration, overrides, address).catch(
    async (cause: unknown) => {
      await lock?.release();
      throw cause;
    },
  );
  const { services, sweeper, lifecycle, inventories, accessTimes } = opened;
  const retention = new Retention(services, {
    maxAgeMs: configuration.deliveryDays * dayMs,
    maxBytes: configuration.deliverySpace * mebibyte,
  });
  const background = [sweeper, lifecycle, inventories, retention];
  const { callbacks } = services;
  let isDraining = false;
  const failure = (): Error | undefined =>
    isDraining ? new Error("the server is stopping") : opened.failure();
  const { listener, listenUrl, tls } = await startListening(configuration, {
    ...opened,
    failure,
    address,
    ...overrides,
  }).catch(async (cause: unknown) => {
    await closeThreads(services);
    await opened.close();
    await lock?.release();
    throw cause;
  });
  address.url ||= listenUrl;
  address.listenUrl = listenUrl;
  callbacks.ignored.start();
  // Every worker writes the lines of the requests that it has answered.
  services.accessLog.start();
  accessTimes.start();
  if (overrides.background ?? true) {
    callbacks.start();
    for (const work of background) work.start();
  }
  return {
    ...opened,
    url: address.url,
    listenUrl,
    failure,
    drain: () => {
      isDraining = true;
      listener.drain();
    },
    close: async () => {
      tls?.close();
      services.images.processes.close();
      await listener.close(closeGraceMs);
      for (const work of [services.accessLog, accessTimes, ...background]) await work.close();
      await callbacks.close();
      await closeThreads(services);
      await opened.close();
      await lock?.release();
    },
  };
}

async function closeThreads({
  hashing,
  encryptionKeys,
  select,
}: Pick<OperationServices, "hashing" | "encryptionKeys" | "select">): Promise<void> {
  await Promise.all([hashing.close(), encryptionKeys.close(), select.close()]);
}
