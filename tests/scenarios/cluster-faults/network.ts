// Cuts the network between nodes and their database, in namespaces of its own, and fills the
// database's disk. Nodes must answer 503 in time meanwhile, and serve again without a restart.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { OssError } from "@ossicle/client";
import { until } from "../../../packages/store/src/contract/server-process.ts";
import { startPostgres } from "../../../packages/store/src/contract/start-postgres.ts";
import { clientOf, nodesOver } from "../cluster/start-nodes.ts";
import type { Served } from "../serve.ts";

/** How long the network is cut, and the disk is full, in milliseconds. */
const outageMs = 30_000;

/** Longest time of a request meanwhile, in milliseconds. */
const mostMs = 30_000;

/** Longest time until the nodes serve again, in milliseconds. */
const mostBackMs = 30_000;

const bucket = "kept";

/** What was found. */
export interface OutageReport {
  /** Uploads that were acknowledged before, during and after the outage. */
  readonly acknowledged: number;
  /** Requests that were answered 503 meanwhile. */
  readonly refused: number;
  readonly slowestMs: number;
  readonly backAfterMs: number;
  readonly mistakes: readonly string[];
}

/**
 * Cuts the network for half a minute. The nodes are in a network namespace with one link to the
 * clients and one to the database, which goes down. Needs root.
 */
export async function cutNetwork(): Promise<OutageReport> {
  const name = `ossicle-${process.pid}`;
  const ip = (...args: readonly string[]): void => void execFileSync("ip", args);
  const inside = (...args: readonly string[]): void => ip("-n", name, ...args);
  const links = {
    clients: ["10.213.1", `oc${process.pid}`],
    database: ["10.213.2", `od${process.pid}`],
  };
  const folder = mkdtempSync(join(tmpdir(), "ossicle-network-"));
  chmodSync(folder, 0o777);
  ip("netns", "add", name);
  try {
    for (const [net, link = ""] of Object.values(links)) {
      ip("link", "add", link, "type", "veth", "peer", "name", "inner", "netns", name);
      inside("link", "set", "inner", "name", `in${link}`);
      inside("address", "add", `${net}.2/24`, "dev", `in${link}`);
      inside("link", "set", `in${link}`, "up");
      ip("address", "add", `${net}.1/24`, "dev", link);
      ip("link", "set", link, "up");
    }
    const access = join(folder, "pg_hba.conf");
    writeFileSync(access, "host all all 0.0.0.0/0 trust\n");
    const settings = ["listen_addresses=127.0.0.1,10.213.2.1", `hba_file=${access}`];
    const postgres = await startPostgres({ settings });
    const address = (await postgres.makeDatabase()).replace("127.0.0.1", "10.213.2.1");
    const nodes = nodesOver({ metadata: address, blobs: join(folder, "blobs") });
    try {
      await nodes.migrate();
      const launcher = ["ip", "netns", "exec", name];
      const served = await Promise.all(
        [0, 1].map(() => nodes.serve({ launcher, args: ["--host", "10.213.1.2"] })),
      );
      const [, link = ""] = links.database;
      return await during(served, {
        isUnhealthy: true,
        begin: () => Promise.resolve(ip("link", "set", link, "down")),
        end: () => Promise.resolve(ip("link", "set", link, "up")),
      });
    } finally {
      await nodes.stopNodes();
      await postgres.stop();
    }
  } finally {
    ip("netns", "delete", name);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Fills the disk of the database for half a minute. The disk is in memory. Needs root. */
export async function fillDatabaseDisk(): Promise<OutageReport> {
  const folder = mkdtempSync(join(tmpdir(), "ossicle-full-"));
  const disk = join(folder, "disk");
  execFileSync("mkdir", ["-m", "777", disk]);
  chmodSync(folder, 0o777);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=256m,mode=777", "tmpfs", disk]);
  try {
    const postgres = await startPostgres({ parent: disk, settings: ["max_wal_size=64MB"] });
    const metadata = await postgres.makeDatabase();
    const nodes = nodesOver({ metadata, blobs: join(folder, "blobs") });
    const filler = join(disk, "filler");
    try {
      await nodes.migrate();
      const served = await Promise.all([0, 1].map(() => nodes.serve()));
      return await during(served, {
        isUnhealthy: false,
        begin: () => {
          const { bavail, bsize } = statfsSync(disk);
          const mebibytes = Math.max(0, Math.floor((bavail * bsize) / 2 ** 20) - 1);
          execFileSync("fallocate", ["-l", `${mebibytes}M`, filler]);
          return Promise.resolve();
        },
        end: async () => {
          rmSync(filler);
          // PostgreSQL ends when it cannot write its log. Its operator starts it again.
          await postgres.kill();
          await postgres.start();
        },
      });
    } finally {
      await nodes.stopNodes();
      await postgres.stop();
    }
  } finally {
    execFileSync("umount", [disk]);
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Outage {
  /** Whether nodes call themselves unhealthy meanwhile. A full disk still serves reads. */
  readonly isUnhealthy: boolean;
  readonly begin: () => Promise<void>;
  readonly end: () => Promise<void>;
}

async function during(
  nodes: readonly Served[],
  { isUnhealthy, begin, end }: Outage,
): Promise<OutageReport> {
  const clients = nodes.map((node) => clientOf(node, { attempts: 1 }));
  await clients[0]?.putBucket({ bucket });
  const stored: string[] = [];
  const mistakes: string[] = [];
  const counts = { refused: 0, slowestMs: 0 };
  const put = async (at: number): Promise<boolean> => {
    const began = performance.now();
    const key = String(at);
    try {
      await clients[at % clients.length]?.putObject({
        bucket,
        key,
        body: Buffer.alloc(20_000, key),
      });
      stored.push(key);
      return true;
    } catch (cause) {
      const isRefusal = cause instanceof OssError && cause.status === 503;
      if (isRefusal) counts.refused += 1;
      else mistakes.push(`an upload failed with ${String(cause)}`);
      return false;
    } finally {
      const tookMs = performance.now() - began;
      counts.slowestMs = Math.max(counts.slowestMs, Math.round(tookMs));
      if (tookMs > mostMs) mistakes.push(`an upload took ${Math.round(tookMs)} ms`);
    }
  };
  let at = 0;
  while (at < 50) await put((at += 1));
  await begin();
  const under: Promise<boolean>[] = [];
  const over = performance.now() + outageMs;
  while (performance.now() < over) {
    under.push(put((at += 1)));
    await pause(250);
  }
  for (const { url } of nodes) {
    const { status } = await fetch(`${url}/_ossicle/health`);
    if (status !== (isUnhealthy ? 503 : 200)) mistakes.push(`the health of a node was ${status}`);
  }
  await end();
  const began = performance.now();
  await until(
    "both nodes to serve",
    async () => (await put((at += 1))) && put((at += 1)),
    mostBackMs,
  );
  const backAfterMs = Math.round(performance.now() - began);
  await Promise.all(under);
  for (const key of stored) {
    const found = await (await clients[0]?.getObject({ bucket, key }))?.text();
    if (found !== Buffer.alloc(20_000, key).toString()) mistakes.push(`${key} is lost`);
  }
  return { acknowledged: stored.length, ...counts, backAfterMs, mistakes };
}
