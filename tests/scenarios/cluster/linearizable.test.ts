// Clients of three nodes read, write and delete the same objects. Every history must be
// linearizable, also while a node and the database are killed.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Client, OssError } from "@ossicle/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Served } from "../serve.ts";
import { seededRandom } from "../faults/kill-tree.ts";
import { isLinearizable, type RegisterOperation } from "./linearizable.ts";
import { type Cluster, startCluster } from "./start-cluster.ts";
import { clientOf } from "./start-nodes.ts";

describe("the checker", () => {
  const write = (value: string | undefined, calledAt: number, returnedAt: number) =>
    ({ kind: "write", value, calledAt, returnedAt }) as const;
  const read = (value: string | undefined, calledAt: number, returnedAt: number) =>
    ({ kind: "read", value, calledAt, returnedAt }) as const;

  test.each<[string, readonly RegisterOperation[], boolean]>([
    ["a read of what was written", [write("a", 0, 1), read("a", 2, 3)], true],
    ["a read of nothing after a write", [write("a", 0, 1), read(undefined, 2, 3)], false],
    ["a read beside a write, either way", [write("a", 0, 5), read(undefined, 1, 2)], true],
    [
      "a value that comes back",
      [write("a", 0, 1), write("b", 2, 3), read("b", 4, 5), read("a", 6, 7)],
      false,
    ],
    [
      "two reads that see two writes in different orders",
      [write("a", 0, 9), write("b", 0, 9), read("a", 1, 2), read("b", 3, 4), read("a", 5, 6)],
      false,
    ],
    [
      "a write of unknown outcome that is read later",
      [write("a", 0, Infinity), read("a", 5, 6)],
      true,
    ],
    [
      "a write of unknown outcome that is never read",
      [write("a", 0, Infinity), read(undefined, 5, 6)],
      true,
    ],
    [
      "a deletion that is not seen",
      [write("a", 0, 1), write(undefined, 2, 3), read("a", 4, 5)],
      false,
    ],
  ])("judges %s", (_name, history, expected) => {
    expect(isLinearizable(history)).toBe(expected);
  });
});

const bucket = "registers";
const keys = ["one", "two", "three", "four"];
const root = fileURLToPath(new URL("../../..", import.meta.url));

let cluster: Cluster;
let nodes: readonly Served[];
let clients: readonly Client[];
beforeAll(async () => {
  cluster = await startCluster();
  await cluster.migrate();
  nodes = await Promise.all([cluster.serve(), cluster.serve(), cluster.serve()]);
  clients = nodes.map((node) => clientOf(node, { attempts: 1 })); // a retry would be a second write
  await clients[0]?.putBucket({ bucket });
});
afterAll(() => cluster.stop());

/** What clients did, by key. */
type Histories = ReadonlyMap<string, RegisterOperation[]>;

// Two clients a node. Each does one operation after another on keys of its choice.
async function load(seed: number, isOver: () => boolean): Promise<Histories> {
  const histories = new Map(keys.map((key) => [key, [] as RegisterOperation[]]));
  await Promise.all(
    [...clients, ...clients].map(async (client, who) => {
      const random = seededRandom(seed, who);
      for (let at = 0; !isOver(); at += 1) {
        const key = `${seed}/${keys[Math.floor(random() * keys.length)] ?? ""}`;
        const done = await operate(client, { key, chance: random(), value: `${who} ${at}` });
        histories.get(key.slice(`${seed}/`.length))?.push(done);
      }
    }),
  );
  return histories;
}

interface Chosen {
  readonly key: string;
  /** From 0 to 1: chooses what is done. */
  readonly chance: number;
  readonly value: string;
}

async function operate(client: Client, { key, chance, value }: Chosen): Promise<RegisterOperation> {
  const calledAt = performance.now();
  const kind = chance < 0.5 ? "read" : "write";
  const written = chance < 0.85 ? value : undefined;
  try {
    const found = await act(client, key, kind === "read" ? "read" : { written });
    return { kind, value: found, calledAt, returnedAt: performance.now() };
  } catch {
    await pause(250); // few operations of unknown outcome: each one doubles the search
    return { kind, value: written, calledAt, returnedAt: Infinity };
  }
}

async function act(
  client: Client,
  key: string,
  what: "read" | { readonly written: string | undefined },
): Promise<string | undefined> {
  if (what !== "read") {
    if (what.written === undefined) await client.deleteObject({ bucket, key });
    else await client.putObject({ bucket, key, body: what.written });
    return what.written;
  }
  try {
    return await (await client.getObject({ bucket, key })).text();
  } catch (cause) {
    if (cause instanceof OssError && cause.code === "NoSuchKey") return undefined;
    throw cause;
  }
}

// Writes the histories that are not linearizable to files, and returns their names.
async function keepWrong(name: string, histories: Histories): Promise<readonly string[]> {
  const files: string[] = [];
  await mkdir(join(root, ".cache"), { recursive: true });
  for (const [key, history] of histories) {
    expect(history.length).toBeGreaterThan(50);
    if (isLinearizable(history)) continue;
    const file = join(root, ".cache", `history-${name}-${key}.json`);
    await writeFile(file, JSON.stringify(history, undefined, 1));
    files.push(file);
  }
  return files;
}

test("reads and writes through three nodes are linearizable", async () => {
  let operations = 0;
  const histories = await load(1, () => (operations += 1) > 1_200);
  expect(await keepWrong("plain", histories)).toEqual([]);
});

test("they stay so while the database and then a node are killed", async () => {
  const over = new AbortController();
  const loading = load(2, () => over.signal.aborted);
  await pause(1_500);
  await cluster.database.kill();
  await cluster.database.start();
  await pause(1_500);
  nodes[2]?.child.kill("SIGKILL");
  await pause(1_500);
  over.abort();
  const histories = await loading;
  const all = [...histories.values()].flat();
  expect(all.filter(({ returnedAt }) => returnedAt === Infinity).length).toBeGreaterThan(0);
  expect(await keepWrong("killed", histories)).toEqual([]);
}, 120_000);
