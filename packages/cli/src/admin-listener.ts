// The admin listener of `ossicle serve`, with all that it answers from.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type AdminOptions,
  type Configuration,
  type DiskSpace,
  followTls,
  HistoryKeeper,
  openAdmin,
  readConsole,
  readDiskSpace,
  startAdminListener,
} from "@ossicle/server";
import type { Logger } from "pino";
import type { Primary } from "./workers.ts";

/** A listener that runs. */
export interface AdminListener {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Starts the listener; undefined when no port is configured for it. */
export async function openAdminListener(
  configuration: Configuration,
  primary: Primary,
  { clock, log }: { readonly clock: () => number; readonly log: Logger },
): Promise<AdminListener | undefined> {
  const { adminHost: host, adminPort: port, region } = configuration;
  if (port === undefined) return undefined;
  const { metrics, health, replay, tryCallback, showRequest, url: storeUrl, listenUrl } = primary;
  const { credentials } = primary.credentials;
  const opened = await openAdmin(configuration, { credentials, clock });
  const history = historyOf(configuration, primary, { clock, log });
  const tls = await followTls(configuration, log).catch(async (cause: unknown) => {
    await opened.close();
    throw cause;
  });
  try {
    const listener = await startAdminListener(
      {
        metrics,
        health,
        tryCallback,
        showRequest,
        hasOpenMetrics: configuration.adminMetrics === "open",
        deliveries: { ...opened.deliveries, replay },
        accounts: opened.accounts,
        keys: opened.keys,
        principals: opened.principals,
        history: history.read,
        store: { url: listenUrl, certificate: tls && (() => tls.current().cert) },
        consoleFiles: await findConsole({ region, storeUrl }),
        region,
        clock,
        log,
      },
      { host, port },
    );
    history.start();
    return {
      url: listener.url,
      close: async () => {
        history.close();
        tls?.close();
        await listener.close();
        await opened.close();
      },
    };
  } catch (cause) {
    tls?.close();
    await opened.close();
    throw cause;
  }
}

// A database on another machine has its own monitoring.
function historyOf(
  { data, metadata }: Configuration,
  { figures }: Primary,
  { clock, log }: { readonly clock: () => number; readonly log: Logger },
): HistoryKeeper {
  const hasFolder = metadata === undefined;
  const space = async (): Promise<DiskSpace | undefined> =>
    hasFolder ? readDiskSpace(data) : undefined;
  const onFailure = (cause: unknown): void =>
    log.warn({ err: cause }, "figures of the history could not be read");
  return new HistoryKeeper({ metrics: figures, space, clock, onFailure });
}

// The build puts the console beside the bundle of the command line.
async function findConsole(
  facts: Parameters<typeof readConsole>[1],
): Promise<AdminOptions["consoleFiles"]> {
  const folder = fileURLToPath(new URL("console/", import.meta.url));
  return existsSync(folder) ? readConsole(folder, facts) : undefined;
}
