// Measures what operations of a node cost with 10^4 to 10^7 keys in the database. Each size has a
// database of its own, and the rounds of all sizes are interleaved.
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import { startPostgres } from "../packages/store/src/contract/start-postgres.ts";
import { query, startNodes } from "./cluster.ts";
import { bucket, credentials, keyOf, run } from "./load.ts";
import { inFolder, median, type Running } from "./process.ts";
import type { Report } from "./report.ts";
import { processorOfTree } from "./stores.ts";

const sizes = [10_000, 1_000_000, 10_000_000];

/** Different keys that are read and overwritten, spread over all. */
const touched = 10_000;

const rounds = 5;
const seconds = 4;
const pages = 20;
const sizeBytes = 100;

/** A node over a database of one size. */
interface Sized {
  readonly keys: number;
  readonly metadata: string;
  readonly node: Running;
}

/** What one size costs in one round. */
interface Growth {
  readonly putsPerSecond: number;
  readonly putMicros: number;
  readonly getsPerSecond: number;
  readonly getMicros: number;
  /** Median of a page of 1,000 keys, in milliseconds. */
  readonly pageMs: number;
}

/** Measures every size in turn, several times. */
export async function benchClusterGrowth(report: Report): Promise<unknown> {
  return inFolder(async (folder) => {
    const database = await startPostgres({
      settings: ["max_wal_size=4GB", "max_connections=300", "shared_buffers=1GB"],
    });
    try {
      const sized: Sized[] = [];
      for (const keys of sizes) {
        const metadata = await database.makeDatabase();
        const [node] = await startNodes(join(folder, String(keys)), metadata, 1);
        if (node === undefined) throw new Error("no node was started");
        await fill(metadata, node, keys);
        sized.push({ keys, metadata, node });
      }
      const found = new Map(sized.map(({ keys }) => [keys, [] as Growth[]]));
      for (let round = 0; round <= rounds; round += 1) {
        for (const one of sized) {
          const growth = await measure(one);
          if (round > 0) found.get(one.keys)?.push(growth); // the first round warms up
        }
      }
      await tell(report, sized, found);
      return Object.fromEntries(found);
    } finally {
      await database.stop();
    }
  });
}

// Copies the record of an uploaded object to other keys. The load's `keyOf` gives the same keys.
async function fill(metadata: string, { url }: Running, keys: number): Promise<void> {
  const client = createClient({ endpoint: url, region: "cn-hangzhou", credentials });
  const body = Buffer.alloc(sizeBytes, "ossicle!");
  await client.putObject({ bucket, key: keyOf(0), body });
  await query(
    metadata,
    `with sample as (
       select * from ossicle_records where payload is not null order by key limit 1
     ), numbered as (
       select lpad(to_hex(((i + 1) * 2654435761) % 4294967296), 8, '0') as name, i
       from generate_series(0, ${keys - 1}::int8) as i
     )
     insert into ossicle_records (key, version, value, payload)
     select substring(key from 1 for 9) || convert_to('k/' || name, 'UTF8'), i + 1, value, payload
     from numbered, sample order by name on conflict do nothing`,
  );
  await query(metadata, "vacuum analyze ossicle_records");
  await query(metadata, "checkpoint");
}

async function measure({ keys, node }: Sized): Promise<Growth> {
  const load = { url: node.url, sizeBytes, requests: touched, connections: 64, seconds };
  const timed = async (method: "PUT" | "GET") => {
    const before = processorOfTree(node.pid);
    const result = await run({ ...load, method, keyStep: keys / touched, signing: "V4" });
    const micros = (processorOfTree(node.pid) - before) / result.requests;
    return { perSecond: result.perSecond, micros };
  };
  const [put, get] = [await timed("PUT"), await timed("GET")];
  return {
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

async function tell(
  report: Report,
  sized: readonly Sized[],
  found: ReadonlyMap<number, readonly Growth[]>,
): Promise<void> {
  const of = (keys: number | undefined, what: keyof Growth): readonly number[] =>
    (found.get(keys ?? 0) ?? []).map((growth) => growth[what]);
  const rows = sized.map(async ({ keys, metadata }) => {
    const [row] = await query(
      metadata,
      "select pg_total_relation_size('ossicle_records')::float8 / 2 ^ 30 as size",
    );
    const middle = (what: keyof Growth): number => median(of(keys, what));
    return [
      keys.toLocaleString("en"),
      Number(row?.["size"]).toFixed(2),
      Math.round(middle("putsPerSecond")),
      Math.round(middle("putMicros")),
      Math.round(middle("getsPerSecond")),
      Math.round(middle("getMicros")),
      middle("pageMs").toFixed(1),
    ];
  });
  report.table(
    ["keys", "GiB", "PUT a second", "µs", "GET a second", "µs", "page of 1,000, ms"],
    await Promise.all(rows),
  );
  const [least, most] = [sizes[0], sizes.at(-1)];
  for (const [name, what] of [
    ["PUT", "putsPerSecond"],
    ["GET", "getsPerSecond"],
  ] as const) {
    const small = of(least, what);
    const ratios = of(most, what).map((rate, round) => rate / (small[round] ?? Number.NaN));
    report.medianRatio(`${name}, 10,000,000 keys beside 10,000`, ratios, 0.8);
  }
  const pagesOfMost = of(most, "pageMs");
  const ratios = of(least, "pageMs").map((ms, round) => ms / (pagesOfMost[round] ?? Number.NaN));
  report.medianRatio("a page, 10,000,000 keys beside 10,000", ratios, 0.8);
}
