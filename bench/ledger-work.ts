// Measures the work of the delivery ledger: what an upload commits, and how fast failed callbacks
// are replayed.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type CallbackRequest, createClient } from "@ossicle/client";
import { deliveriesOf, readConfiguration, startServer } from "@ossicle/server";
import type { MetadataStore } from "@ossicle/store";
import { bucket, credentials } from "./load.ts";

/** What one upload commits, and how fast failed callbacks are replayed. */
export interface LedgerWork {
  /** Commits and records written by an upload, for each kind of callback. */
  readonly commits: readonly {
    readonly name: string;
    readonly commits: number;
    readonly records: number;
  }[];
  readonly replaysPerSecond: number;
  readonly replayed: number;
}

/** Counts commits of a server in this process, and replays the failed callbacks. */
export async function measureWork(folder: string, uploads: number): Promise<LedgerWork> {
  let isDown = false;
  const application = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(isDown ? 503 : 200, { "content-length": 2 }).end("{}");
    });
  });
  await new Promise<void>((resolve) => {
    application.listen(0, "127.0.0.1", resolve);
  });
  const callback = {
    url: `http://127.0.0.1:${(application.address() as AddressInfo).port}/`,
    body: "object=${object}&size=${size}",
  };
  try {
    const commits = await countCommits(folder, uploads / 10, callback);
    const { server, client } = await openServer(join(folder, "replays"), {});
    isDown = true;
    const ids: string[] = [];
    await inParallel(32, uploads, async (index) => {
      const request = { bucket, key: `k${index}`, body: "x", callback };
      const failed: unknown = await client.putObject(request).catch((cause: unknown) => cause);
      ids.push((failed as { requestId: string }).requestId);
    });
    await server.services.callbacks.recorded(); // outcomes are recorded after the answers
    isDown = false;
    const ledger = deliveriesOf(server.services.metadata, Date.now);
    const started = performance.now();
    await inParallel(32, ids.length, async (index) => {
      const outcome = await ledger.replay(ids[index] ?? "");
      if (outcome !== "replayed") throw new Error(`${ids[index]} was not replayed: ${outcome}`);
    });
    for (;;) {
      await server.services.callbacks.takeOver();
      const { deliveries } = await ledger.list({ state: "due", limit: 1 });
      if (deliveries.length === 0) break;
    }
    const seconds = (performance.now() - started) / 1_000;
    await server.close();
    return { commits, replaysPerSecond: ids.length / seconds, replayed: ids.length };
  } finally {
    application.close();
    application.closeAllConnections();
  }
}

async function countCommits(
  folder: string,
  uploads: number,
  callback: CallbackRequest,
): Promise<LedgerWork["commits"]> {
  const commits: { name: string; commits: number; records: number }[] = [];
  for (const [name, onFailure] of [
    ["no callback", "keep"],
    ["callback, exact", "keep"],
    ["callback, hide", "hide"],
  ] as const) {
    const { server, client } = await openServer(join(folder, name), { onFailure });
    const counted = counting(server.services.metadata);
    for (let index = 0; index < uploads; index += 1) {
      const request = { bucket, key: `k${index}`, body: "x".repeat(4_096) };
      await client.putObject(name === "no callback" ? request : { ...request, callback });
    }
    await server.close(); // waits until the outcomes are on disk
    const { commits: all, records } = counted;
    commits.push({ name, commits: all / uploads, records: records / uploads });
  }
  return commits;
}

async function openServer(data: string, settings: Readonly<Record<string, string>>) {
  const configuration = readConfiguration({
    flags: { data, port: "0", logLevel: "silent", ...settings },
    env: {
      OSS_ACCESS_KEY_ID: credentials.accessKeyId,
      OSS_ACCESS_KEY_SECRET: credentials.accessKeySecret,
    },
    file: {},
  });
  const server = await startServer(configuration, { background: false });
  const client = createClient({ endpoint: server.url, region: "cn-hangzhou", credentials });
  await client.putBucket({ bucket });
  return { server, client };
}

function counting(metadata: MetadataStore): { commits: number; records: number } {
  const counted = { commits: 0, records: 0 };
  const commit = metadata.commit;
  Object.assign(metadata, {
    commit: (one: Parameters<typeof commit>[0]) => {
      counted.commits += 1;
      counted.records += one.puts.length;
      return commit(one);
    },
  });
  return counted;
}

async function inParallel(
  lanes: number,
  count: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (next < count) await work(next++);
    }),
  );
}
