// What the delivery ledger costs: processor time and commits of an upload with callback, throughput when the outcome is on disk before the answer,
// replays, and questions to a ledger of a million records.
import { readFile, mkdtemp, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import {
  type Deliveries,
  deliveriesOf,
  openDeliveries,
  readConfiguration,
  startServer,
} from "@ossicle/server";
import { type MetadataStore, mintVersion, openLmdbMetadataStore } from "@ossicle/store";
import { bucket, credentials, type LoadResult, run } from "./load.ts";
import { median, processorMicros, type Running, start } from "./process.ts";
import type { Report } from "./report.ts";
import { startOssicle } from "./small.ts";

/** Measures cost, work and questions. */
export async function benchLedger(report: Report): Promise<unknown> {
  const costs = await measureCost({ rounds: 5, seconds: 4 });
  const work = await measureWork(5_000);
  const asked = await measureQuestions(1_000_000);
  report.table(
    [
      "PUT of 4 KiB, 64 at a time, one worker",
      "per second",
      "spread",
      "p50 ms",
      "processor µs each",
    ],
    costs.map(({ name, perSecond, spread, p50Ms, cpuMicros }) => [
      name,
      Math.round(perSecond),
      spread.map(Math.round).join("–"),
      p50Ms.toFixed(1),
      cpuMicros.toFixed(0),
    ]),
  );
  report.table(
    ["an upload writes", "commits", "records"],
    work.commits.map(({ name, commits, records }) => [
      name,
      commits.toFixed(2),
      records.toFixed(2),
    ]),
  );
  const { replayed, replaysPerSecond } = work;
  report.say(
    `- replays of ${replayed} failed callbacks, until all are delivered: ${Math.round(replaysPerSecond)} a second`,
  );
  report.say(`- a ledger of ${asked.records} deliveries is ${asked.mebibytes.toFixed(0)} MiB`);
  report.say();
  report.table(
    ["question to it", "ms"],
    asked.questions.map(({ name, ms }) => [name, ms.toFixed(1)]),
  );
  return { costs, work, asked };
}

/** An upload's price under one way to call back. */
interface LedgerCost {
  readonly name: string;
  readonly perSecond: number;
  readonly spread: readonly [number, number];
  readonly p50Ms: number;
  /** Processor time of the server, user and system, in microseconds an upload. */
  readonly cpuMicros: number;
}

const ways: readonly {
  readonly name: string;
  readonly args: readonly string[];
  readonly calls: boolean;
}[] = [
  { name: "no callback", args: [], calls: false },
  { name: "callback, outcome recorded behind the answer (exact)", args: [], calls: true },
  {
    name: "callback, outcome on disk before the answer (hide)",
    args: ["--on-failure", "hide"],
    calls: true,
  },
  { name: "callback with the second signature", args: ["--webhook-signatures", "on"], calls: true },
];

/** Measures uploads of 4 KiB, 64 at a time, one worker. */
async function measureCost(plan: {
  readonly rounds: number;
  readonly seconds: number;
}): Promise<readonly LedgerCost[]> {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-bench-"));
  const application = await start(["bench/targets/application.mjs"]);
  const running = new Map<string, Running>();
  const results = new Map<string, (LoadResult & { readonly cpuMicros: number })[]>();
  try {
    for (const [at, { name, args }] of ways.entries()) {
      running.set(name, await startOssicle(join(folder, String(at)), ["--workers", "1", ...args]));
    }
    for (let round = 0; round <= plan.rounds; round += 1) {
      for (const { name, calls } of ways) {
        const { url, pid } = running.get(name) ?? application;
        const before = await cpuMicrosOf(pid);
        const result = await run({
          url,
          method: "PUT",
          sizeBytes: 4_096,
          requests: 10_000,
          signing: "V4",
          seconds: plan.seconds,
          connections: 64,
          ...(calls ? { callbackUrl: application.url } : {}),
        });
        if (round === 0) continue; // warms up
        const cpuMicros = ((await cpuMicrosOf(pid)) - before) / (result.perSecond * plan.seconds);
        results.set(name, [...(results.get(name) ?? []), { ...result, cpuMicros }]);
      }
    }
  } finally {
    for (const one of [application, ...running.values()]) await one.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return [...results].map(([name, found]) => {
    const speeds = found.map(({ perSecond }) => perSecond);
    return {
      name,
      perSecond: median(speeds),
      spread: [Math.min(...speeds), Math.max(...speeds)] as const,
      p50Ms: median(found.map(({ p50Ms }) => p50Ms)),
      cpuMicros: median(found.map(({ cpuMicros }) => cpuMicros)),
    };
  });
}

async function cpuMicrosOf(pid: number): Promise<number> {
  return processorMicros(await readFile(`/proc/${pid}/stat`, "utf8"));
}

/** What one upload commits, and how fast failed callbacks are replayed. */
interface LedgerWork {
  /** Commits and records written, by the way to call back. */
  readonly commits: readonly {
    readonly name: string;
    readonly commits: number;
    readonly records: number;
  }[];
  readonly replaysPerSecond: number;
  readonly replayed: number;
}

/** Counts commits in a server of this process, and replays what failed. */
async function measureWork(uploads: number): Promise<LedgerWork> {
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
  const folder = await mkdtemp(join(tmpdir(), "ossicle-bench-"));
  const commits: { name: string; commits: number; records: number }[] = [];
  try {
    for (const [name, onFailure] of [
      ["no callback", "keep"],
      ["callback, exact", "keep"],
      ["callback, hide", "hide"],
    ] as const) {
      const opened = await openServer(join(folder, name), { onFailure });
      const counted = countCommits(opened.server.services.metadata);
      for (let index = 0; index < uploads / 10; index += 1) {
        const request = { bucket, key: `k${index}`, body: "x".repeat(4_096) };
        await opened.client.putObject(name === "no callback" ? request : { ...request, callback });
      }
      await opened.server.close(); // outcomes are on disk
      const each = (count: number): number => count / (uploads / 10);
      commits.push({ name, commits: each(counted.commits), records: each(counted.records) });
    }
    const { server, client } = await openServer(join(folder, "replays"), {});
    isDown = true;
    const ids: string[] = [];
    await inParallel(32, uploads, async (index) => {
      const request = { bucket, key: `k${index}`, body: "x", callback };
      const failed: unknown = await client.putObject(request).catch((cause: unknown) => cause);
      ids.push((failed as { requestId: string }).requestId);
    });
    await server.services.callbacks.recorded(); // outcomes are recorded behind the answers
    isDown = false;
    const ledger = deliveriesOf(server.services.metadata, Date.now);
    const started = performance.now();
    await inParallel(32, ids.length, async (index) => {
      const outcome = await ledger.replay(ids[index] ?? "");
      if (outcome !== "replayed") throw new Error(`${ids[index]} is ${outcome}`);
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
    await rm(folder, { recursive: true, force: true });
  }
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

function countCommits(metadata: MetadataStore): { commits: number; records: number } {
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

/** Times of questions, in milliseconds, each the median of some. */
interface LedgerQuestions {
  readonly records: number;
  readonly mebibytes: number;
  readonly questions: readonly { readonly name: string; readonly ms: number }[];
}

const hourMs = 3_600_000;

/** Asks a ledger of so many records. */
async function measureQuestions(records: number): Promise<LedgerQuestions> {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-bench-"));
  const nowMs = Date.now();
  try {
    const middle = await fillLedger(join(folder, "metadata"), { records, nowMs });
    const ledger = await openDeliveries(folder, () => nowMs);
    const questions: readonly (readonly [string, (asked: Deliveries) => Promise<unknown>])[] = [
      ["the newest 50", (asked) => asked.list({ limit: 50 })],
      ["one by its request id", (asked) => asked.find(middle)],
      [
        "50 of an hour in the middle",
        (asked) =>
          asked.list({ limit: 50, fromMs: nowMs - 13 * hourMs, toMs: nowMs - 12 * hourMs }),
      ],
      ["50 of one bucket of a hundred", (asked) => asked.list({ limit: 50, bucket: "bucket-7" })],
      ["50 failed, one of a hundred", (asked) => asked.list({ limit: 50, state: "failed" })],
      [
        "a page for a key that is not there (10,000 records)",
        (asked) => asked.list({ limit: 50, prefix: "none" }),
      ],
      ["figures of the last hour", (asked) => asked.count({ fromMs: nowMs - hourMs })],
      ["figures of everything", (asked) => asked.count({})],
    ];
    const found: { name: string; ms: number }[] = [];
    for (const [name, ask] of questions) {
      const times: number[] = [];
      for (let round = 0; round < (name.includes("everything") ? 3 : 7); round += 1) {
        const started = performance.now();
        await ask(ledger);
        times.push(performance.now() - started);
      }
      found.push({ name, ms: median(times) });
    }
    await ledger.close();
    const { size } = await stat(join(folder, "metadata", "data.mdb"));
    return { records, mebibytes: size / 1_048_576, questions: found };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// A day of deliveries as the engine writes them, evenly spread. Returns the id of one in the middle.
async function fillLedger(
  folder: string,
  { records, nowMs }: { readonly records: number; readonly nowMs: number },
): Promise<string> {
  const metadata = openLmdbMetadataStore({ folder });
  const encode = (record: object): Buffer =>
    Buffer.concat([Buffer.of(1), Buffer.from(JSON.stringify(record))]);
  let middle = "";
  const commitSize = 100;
  const underWay: Promise<unknown>[] = [];
  const format = { key: Buffer.from("sformat"), value: encode({ format: 1 }) };
  await metadata.commit({ version: mintVersion(), checks: [], puts: [format], deletes: [] });
  for (let from = 0; from < records; from += commitSize) {
    const puts = Array.from({ length: Math.min(commitSize, records - from) }, (_, at) => {
      const index = from + at;
      const atMs = nowMs - Math.round(((records - index) / records) * 24 * hourMs);
      const id = Buffer.alloc(12);
      id.writeUIntBE(atMs, 0, 6);
      id.writeUIntBE(index, 6, 6);
      if (index === Math.floor(records / 2)) middle = id.toString("hex").toUpperCase();
      const failed = index % 100 === 0;
      const url = `http://app-${index % 20}.example.com/callback`;
      const record = {
        state: failed ? "failed" : "delivered",
        createdMs: atMs,
        bucket: `bucket-${index % 100}`,
        bucketId: "0123456789abcdef",
        key: `photos/2026/${index}.jpg`,
        operation: "PutObject",
        requester: "1234567890123456",
        owner: "1234567890123456",
        urls: [url],
        sni: false,
        bodyType: "application/x-www-form-urlencoded",
        additionalHeaders: {},
        bodyBytes: 60,
        version: { id: "0".repeat(32), order: atMs * 1_000 },
        rounds: 1,
        attempts: [
          {
            atMs,
            url,
            tookMs: 12.3,
            stages: { resolvedMs: 1, connectedMs: 2, answeredMs: 12 },
            status: failed ? 500 : 200,
            reply: {
              headers: ["Content-Type", "application/json", "Content-Length", "15"],
              body: '{"Status":"OK"}',
            },
          },
        ],
      };
      return { key: Buffer.concat([Buffer.from("l"), id]), value: encode(record) };
    });
    underWay.push(metadata.commit({ version: mintVersion(), checks: [], puts, deletes: [] }));
    if (underWay.length >= 64) await Promise.all(underWay.splice(0));
  }
  await Promise.all(underWay);
  await metadata.close();
  return middle;
}
