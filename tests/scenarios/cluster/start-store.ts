// Stands in for `startStore` of @ossicle/server/testing: three nodes in this process, behind a
// proxy, so that scenarios of one store run on a cluster (vitest.cluster.config.ts).
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Configuration,
  migrateSharedMetadata,
  readConfiguration,
  startServer,
} from "@ossicle/server";
import type { SentCallback, TestStore } from "@ossicle/server/testing";
import { pino } from "pino";
import { startPostgres } from "../../../packages/store/src/contract/start-postgres.ts";
import { eraseEverything } from "../../../packages/server/src/objects/buckets/erase.ts";
import { freePort } from "../../../scripts/free-port.ts";
import { servedCredentials } from "../serve.ts";
import { startProxy } from "./start-proxy.ts";

/** The options that scenarios use. */
export interface ClusterStoreOptions {
  readonly settings?: Readonly<Partial<Record<keyof Configuration, string>>>;
}

/** The part of a test store that a cluster has. Callbacks cannot be made to fail. */
export type ClusterStore = Omit<TestStore, "callbacks"> & {
  readonly callbacks: { readonly next: () => Promise<SentCallback> };
};

/** Starts three nodes. */
export async function startStore({ settings }: ClusterStoreOptions = {}): Promise<ClusterStore> {
  const postgres = await startPostgres();
  const metadata = await postgres.makeDatabase();
  const folder = await mkdtemp(join(tmpdir(), "ossicle-cluster-"));
  await migrateSharedMetadata(metadata);
  // Applications accept a callback's key only from the address that their clients use.
  const port = await freePort();
  const advertised =
    settings?.advertisedUrl === undefined
      ? { advertisedUrl: `http://127.0.0.1:${port}`, callbackTargets: "public,private" }
      : {};
  const shared = { metadata, blobs: join(folder, "blobs"), secretKey: "5e".repeat(32) };
  const configuration = readConfiguration({
    flags: {},
    env: {},
    file: {
      port: "0",
      callbackKeyBits: "1024",
      ...advertised,
      ...shared,
      ...servedCredentials,
      ...settings,
    },
  });
  const log = pino({ level: "silent" });
  const first = await startServer(configuration, { log });
  const servers = [
    first,
    await startServer(configuration, { log }),
    await startServer(configuration, { log }),
  ];
  const proxy = await startProxy(
    servers.map(({ listenUrl }) => Number(new URL(listenUrl).port)),
    port,
  );
  const sent: SentCallback[] = [];
  const waiting: ((callback: SentCallback) => void)[] = [];
  const stopListening = servers.map(({ services }) =>
    services.callbacks.listen(({ id, record, body }, outcome) => {
      const { bucket, key, urls } = record;
      const callback = { id, bucket, key, urls, body: body.toString(), outcome };
      const next = waiting.shift();
      if (next === undefined) sent.push(callback);
      else next(callback);
    }),
  );
  return {
    url: proxy.url,
    region: configuration.region,
    credentials: first.credentials.credentials,
    server: first,
    callbacks: {
      next: () => {
        const callback = sent.shift();
        return callback === undefined
          ? new Promise((resolve) => waiting.push(resolve))
          : Promise.resolve(callback);
      },
    },
    reset: async () => {
      sent.length = 0;
      await eraseEverything(first.services);
    },
    close: async () => {
      for (const stop of stopListening) stop();
      await proxy.stop();
      await Promise.all(servers.map((server) => server.close()));
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
