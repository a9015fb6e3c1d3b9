// Measures what operations of a node cost as the database grows, from 10^4 to 10^7 keys.
import { createClient } from "@ossicle/client";
import { startPostgres } from "../packages/store/src/contract/start-postgres.ts";
import { query, startNodes } from "./cluster.ts";
import { bucket, credentials, keyOf, run } from "./load.ts";
import { inFolder, median, type Running } from "./process.ts";
import type { Report } from "./report.ts";
import { processorOfTree } from "./stores.ts";

const sizes = [10_000, 100_000, 1_000_000, 10_000_000];

/** Different keys that are read and overwritten, spread over all. */
const touched = 10_000;

const seconds = 8;
const pages = 40;
const sizeBytes = 100;

/** What one size costs. */
interface Growth {
  readonly keys: number;
  readonly gibibytes: number;
  readonly putsPerSecond: number;
  readonly putMicros: number;
  readonly getsPerSecond: number;
  readonly getMicros: number;
  /** Median of a page of 1,000 keys, in milliseconds. */
  readonly pageMs: number;
}

/** Measures every size in turn, on one database that grows. */
export async function benchClusterGrowth(report: Report): Promise<unknown> {
  return inFolder(async (folder) => {
    const database = await startPostgres({ settings: ["max_wal_size=4GB"] });
    try {
      const metadata = await database.makeDatabase();
      const [node] = await startNodes(folder, metadata, 1);
      if (node === undefined) throw new Error("no node was started");
      const found: Growth[] = [];
      for (const [index, keys] of sizes.entries()) {
        await fill(metadata, node, { from: sizes[index - 1] ?? 0, to: keys });
        found.push(await measure(metadata, node, keys));
      }
      tell(report, found);
      return found;
    } finally {
      await database.stop();
    }
  });
}

// Copies the record of an uploaded object to other keys. The load's `keyOf` gives the same keys.
async function fill(
  metadata: string,
  { url }: Running,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  const client = createClient({ endpoint: url, region: "cn-hangzhou", credentials });
  const body = Buffer.alloc(sizeBytes, "ossicle!");
  await client.putObject({ bucket, key: keyOf(0), body });
  await query(
    metadata,
    `with sample as (
       select * from ossicle_records where payload is not null order by key limit 1
     ), numbered as (
       select lpad(to_hex(((i + 1) * 2654435761) % 4294967296), 8, '0') as name, i
       from generate_series(${from}::int8, ${to - 1}::int8) as i
     )
     insert into ossicle_records (key, version, value, payload)
     select substring(key from 1 for 9) || convert_to('k/' || name, 'UTF8'), i + 1, value, payload
     from numbered, sample order by name on conflict do nothing`,
  );
  await query(metadata, "vacuum analyze ossicle_records");
  await query(metadata, "checkpoint");
}

async function measure(metadata: string, node: Running, keys: number): Promise<Growth> {
  const load = { url: node.url, sizeBytes, requests: touched, connections: 64, seconds };
  const keyStep = keys / touched;
  const timed = async (method: "PUT" | "GET") => {
    const before = processorOfTree(node.pid);
    const result = await run({ ...load, method, keyStep, signing: "V4" });
    const micros = (processorOfTree(node.pid) - before) / result.requests;
    return { perSecond: result.perSecond, micros };
  };
  for (const method of ["PUT", "GET"] as const) await timed(method); // warms caches and code up
  const [put, get] = [await timed("PUT"), await timed("GET")];
  const [row] = await query(
    metadata,
    "select pg_total_relation_size('ossicle_records')::float8 / 2 ^ 30 as size",
  );
  return {
    keys,
    gibibytes: Number(row?.["size"]),
    putsPerSecond: put.perSecond,
    putMicros: put.micros,
    getsPerSecond: get.perSecond,
    getMicros: get.micros,
    pageMs: await timePages(node, keys),
  };
}

async function timePages({ url }: Running, keys: number): Promise<number> {
  const client = createClient({ endpoint: url, region: "cn-hangzhou", credentials });
  const tookMs: number[] = [];
  for (let page = 0; page < pages; page += 1) {
    const startAfter = keyOf(Math.floor((page * keys) / pages));
    const began = performance.now();
    await client.listObjectsV2({ bucket, startAfter, maxKeys: 1_000 });
    tookMs.push(performance.now() - began);
  }
  return median(tookMs);
}

function tell(report: Report, found: readonly Growth[]): void {
  report.table(
    ["keys", "GiB", "PUT a second", "µs", "GET a second", "µs", "page of 1,000, ms"],
    found.map((one) => [
      one.keys.toLocaleString("en"),
      one.gibibytes.toFixed(2),
      Math.round(one.putsPerSecond),
      Math.round(one.putMicros),
      Math.round(one.getsPerSecond),
      Math.round(one.getMicros),
      one.pageMs.toFixed(1),
    ]),
  );
  const [first, last] = [found[0], found.at(-1)];
  if (first === undefined || last === undefined) return;
  for (const [what, ratio] of [
    ["PUT", last.putsPerSecond / first.putsPerSecond],
    ["GET", last.getsPerSecond / first.getsPerSecond],
    ["a page", first.pageMs / last.pageMs],
  ] as const) {
    report.ratio(`${what}, 10,000,000 keys beside 10,000`, ratio, 0.8);
  }
}
