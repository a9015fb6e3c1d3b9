// Compares one, two and three nodes over PostgreSQL with the store in a data folder, and with what
// PostgreSQL does without a node. Everything runs on this machine, and shares its processors.
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import pg from "pg";
import {
  type PostgresServer,
  startPostgres,
} from "../packages/store/src/contract/start-postgres.ts";
import { bucket, credentials, type Load, type LoadResult, run } from "./load.ts";
import { inFolder, median, output, root, type Running } from "./process.ts";
import type { Report } from "./report.ts";
import { processorOfTree, serve, startOssicle } from "./stores.ts";

const rounds = 5;
const seconds = 4;
const connections = 64;
const sizeBytes = 4_096;

/** Different keys. Every one is written before the first measurement. */
const keys = 20_000;

/** Requests, one after another, from which round trips are counted. */
const counted = 500;

/** What was measured in one round. */
interface Measure {
  readonly perSecond: number;
  /** Processor time of all nodes for a request, in microseconds. */
  readonly micros: number;
}

/** Measures small PUTs and GETs. */
export async function benchCluster(report: Report): Promise<unknown> {
  return inFolder(async (folder) => {
    const database = await startPostgres({
      settings: ["max_connections=300", "shared_preload_libraries=pg_stat_statements"],
    });
    try {
      return await measure(report, folder, database);
    } finally {
      await database.stop();
    }
  });
}

async function measure(report: Report, folder: string, database: PostgresServer): Promise<unknown> {
  const metadata = await database.makeDatabase();
  const alone = await database.makeDatabase();
  const nodes = await startNodes(folder, metadata, 3);
  const embedded = await startOssicle(join(folder, "embedded"), ["--workers", "1"]);
  const targets = new Map<string, readonly Running[]>([
    ["data folder", [embedded]],
    ...[1, 2, 3].map((count) => [nameOf(count), nodes.slice(0, count)] as const),
  ]);
  for (const [first] of [[embedded], nodes]) {
    await loadOn(first === undefined ? [] : [first], { method: "PUT", forSeconds: 15 });
  }
  const measures = new Map<string, Measure[]>();
  const keep = (name: string, found: Measure): void => {
    measures.set(name, [...(measures.get(name) ?? []), found]);
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const method of ["PUT", "GET"] as const) {
      for (const [name, running] of targets) {
        keep(`${method} ${name}`, await loadOn(running, { method, forSeconds: seconds }));
      }
    }
    keep("PostgreSQL alone", { perSecond: await rowsAlone(alone, metadata), micros: Number.NaN });
  }
  const trips = await countTrips(metadata, nodes[0]);
  tell(report, measures, trips);
  return { measures: Object.fromEntries(measures), trips };
}

function nameOf(count: number): string {
  return `${count} node${count === 1 ? "" : "s"}`;
}

/** Starts nodes with one worker each, and makes the bucket. */
export async function startNodes(
  folder: string,
  metadata: string,
  count: number,
): Promise<readonly Running[]> {
  const env = { OSSICLE_SECRET_KEY: "5e".repeat(32) };
  const program = join(root, "packages/cli/dist/bundle/ossicle.js");
  output(process.execPath, [program, "migrate", "--metadata", metadata]);
  const blobs = join(folder, "blobs");
  const args = ["--workers", "1", "--metadata", metadata, "--blobs", blobs];
  const first = await startOssicle("unused", args, { env });
  const rest = await Promise.all(
    Array.from({ length: count - 1 }, () => serve("unused", args, { env })),
  );
  return [first, ...rest];
}

// The same load on every node, with its part of the connections.
async function loadOn(
  nodes: readonly Running[],
  { method, forSeconds }: Pick<Load, "method"> & { readonly forSeconds: number },
): Promise<Measure> {
  const before = processorOf(nodes);
  const results: readonly LoadResult[] = await Promise.all(
    nodes.map(({ url }) =>
      run({
        url,
        method,
        sizeBytes,
        requests: keys,
        signing: "V4",
        seconds: forSeconds,
        connections: Math.floor(connections / nodes.length),
      }),
    ),
  );
  const done = results.reduce((sum, { requests }) => sum + requests, 0);
  return {
    perSecond: results.reduce((sum, { perSecond }) => sum + perSecond, 0),
    micros: (processorOf(nodes) - before) / done,
  };
}

function processorOf(nodes: readonly Running[]): number {
  return nodes.reduce((sum, { pid }) => sum + processorOfTree(pid), 0);
}

// Rows of the length that the nodes write.
async function rowsAlone(address: string, metadata: string): Promise<number> {
  const [row] = await query(
    metadata,
    "select avg(octet_length(value))::int4 as bytes from ossicle_records " +
      "where payload is not null",
  );
  const target = join(root, "bench/targets/postgres.ts");
  const values = [address, String(Number(row?.["bytes"])), String(sizeBytes), String(seconds)];
  return Number(output(process.execPath, ["--import", "tsx", target, ...values]));
}

/** Runs a statement on a database. */
export async function query(
  address: string,
  text: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client(address);
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(text);
  await client.end();
  return rows;
}

interface Trips {
  readonly put: number;
  /** A PUT of a key that exists, as most keys of the bucket do. */
  readonly replace: number;
  readonly get: number;
}

// Every statement is one round trip. Probes use no table.
async function countTrips(metadata: string, node: Running | undefined): Promise<Trips> {
  const client = createClient({ endpoint: node?.url ?? "", region: "cn-hangzhou", credentials });
  await query(metadata, "create extension pg_stat_statements");
  const during = async (work: (key: string) => Promise<unknown>): Promise<number> => {
    await query(metadata, "select pg_stat_statements_reset()");
    for (let at = 0; at < counted; at += 1) await work(`trip/${at}`);
    const [row] = await query(
      metadata,
      "select sum(calls)::int4 as calls from pg_stat_statements where query like '%records%'",
    );
    return Number(row?.["calls"]) / counted;
  };
  const body = Buffer.alloc(sizeBytes, "ossicle!");
  const upload = (key: string): Promise<unknown> => client.putObject({ bucket, key, body });
  return {
    put: await during(upload),
    replace: await during(upload),
    get: await during(async (key) => (await client.getObject({ bucket, key })).bytes()),
  };
}

function tell(
  report: Report,
  measures: ReadonlyMap<string, readonly Measure[]>,
  trips: Trips,
): void {
  report.table(
    ["what", "per second", "spread", "processor time of nodes, µs"],
    [...measures].map(([name, found]) => {
      const rates = found.map(({ perSecond }) => Math.round(perSecond));
      const micros = median(found.map((one) => one.micros));
      return [
        name === "PostgreSQL alone" ? "rows of PostgreSQL alone, 64 a statement" : `${name}, 4 KiB`,
        median(rates),
        `${Math.min(...rates)}–${Math.max(...rates)}`,
        Number.isNaN(micros) ? "" : Math.round(micros),
      ];
    }),
  );
  const of = (name: string, what: keyof Measure): readonly number[] =>
    (measures.get(name) ?? []).map((measured) => measured[what]);
  const slower = of("PUT data folder", "perSecond").map((rate, round) =>
    Math.min(rate, of("PostgreSQL alone", "perSecond")[round] ?? Number.NaN),
  );
  const beside = of("PUT 1 node", "perSecond").map((rate, round) => rate / (slower[round] ?? 1));
  report.medianRatio(
    "PUT, 1 node beside the slower of PostgreSQL and the data folder",
    beside,
    0.7,
  );
  const extra = of("PUT 1 node", "micros").map(
    (micros, round) => micros / (of("PUT data folder", "micros")[round] ?? 1),
  );
  report.say(
    `- processor time of a PUT, 1 node beside the data folder: **${median(extra).toFixed(2)}** ` +
      `(at most 1.3; ${rounds} rounds from ${Math.min(...extra).toFixed(2)} to ` +
      `${Math.max(...extra).toFixed(2)})`,
  );
  report.say(
    `- round trips to the database: **${trips.put.toFixed(2)}** a PUT of a new key, ` +
      `**${trips.replace.toFixed(2)}** a PUT of one that exists, ` +
      `**${trips.get.toFixed(2)}** a GET`,
  );
}
