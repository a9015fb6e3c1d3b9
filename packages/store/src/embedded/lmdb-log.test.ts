// The log under the LMDB store: recovery after a power cut, old folders, compaction, backups.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";
import { open as openLmdb } from "lmdb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { checkpointFileName, withOtherBootId } from "./checkpoint-file.ts";
import { segmentsFolderName } from "../log/log-files.ts";
import { type MetadataStore, mintVersion } from "../metadata-store.ts";
import { type LmdbOptions, openLmdbMetadataStore } from "./lmdb-metadata-store.ts";
import { findLockHolder } from "./lock-holder.ts";
import { isSuspect, markSuspect } from "./suspect-file.ts";

let folder = "";
const opened: MetadataStore[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ossicle-log-"));
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await rm(folder, { recursive: true });
});

type Opened = Awaited<ReturnType<typeof openLmdbMetadataStore>>;

async function open(options: Partial<LmdbOptions> = {}): Promise<Opened> {
  const store = await openLmdbMetadataStore({ folder: join(folder, "store"), ...options });
  opened.push(store);
  return store;
}

async function put(store: MetadataStore, key: string, payloadBytes: number): Promise<void> {
  const payload = Buffer.alloc(payloadBytes, key);
  const puts = [{ key: Buffer.from(key), value: Buffer.from(`value of ${key}`), payload }];
  const commit = { version: mintVersion(), checks: [], puts, deletes: [] };
  expect(await store.commit(commit)).toEqual({ kind: "committed" });
}

async function expectPut(store: MetadataStore, key: string, payloadBytes: number): Promise<void> {
  const [entry] = await store.getMany([Buffer.from(key)]);
  expect(Buffer.from(entry?.value ?? []).toString()).toBe(`value of ${key}`);
  expect(Buffer.from(entry?.payload ?? [])).toEqual(Buffer.alloc(payloadBytes, key));
}

const segmentsOf = (store = "store"): readonly string[] =>
  readdirSync(join(folder, store, segmentsFolderName)).filter((name) => name.endsWith(".log"));
const bytesOfLog = (): number =>
  segmentsOf()
    .map((name) => statSync(join(folder, "store", segmentsFolderName, name)).size)
    .reduce((sum, bytes) => sum + bytes, 0);

// Copies the store while it is open, and has another start of the machine read the copy: the index
// goes back to the last checkpoint. (tests/scenarios/power-cut also loses writes without a sync.)
async function cutPower(): Promise<void> {
  const [from, to] = [join(folder, "store"), join(folder, "cut")];
  await cp(from, to, { recursive: true });
  const checkpoint = join(to, checkpointFileName);
  writeFileSync(checkpoint, withOtherBootId(readFileSync(checkpoint)));
}

// oxlint-disable-next-line vitest/expect-expect -- expectPut asserts
test("commits behind the last checkpoint are replayed after a power cut", async () => {
  const store = await open();
  await put(store, "small", 10);
  await put(store, "large", 40_000);
  await cutPower();
  const cut = await open({ folder: join(folder, "cut") });
  await expectPut(cut, "small", 10);
  await expectPut(cut, "large", 40_000);
  await put(cut, "next", 5_000);
  await expectPut(cut, "next", 5_000);
});

test("a record that is not whole ends the replay, and its place is used again", async () => {
  const store = await open();
  await put(store, "whole", 5_000);
  await put(store, "torn", 5_000);
  await cutPower();
  const [name = ""] = segmentsOf("cut");
  const segment = join(folder, "cut", segmentsFolderName, name);
  // Behind the records the file is filled with zeros.
  const bytes = await readFile(segment);
  await truncate(
    segment,
    bytes.findLastIndex((byte) => byte !== 0),
  );
  const cut = await open({ folder: join(folder, "cut") });
  await expectPut(cut, "whole", 5_000);
  expect(await cut.getMany([Buffer.from("torn")])).toEqual([undefined]);
  await put(cut, "torn", 6_000);
  await expectPut(cut, "torn", 6_000);
});

test("behind a failed sync the index is made again from the last checkpoint", async () => {
  const store = await open();
  await put(store, "small", 10);
  await put(store, "large", 40_000);
  await store.close();
  markSuspect(join(folder, "store"));
  const again = await open();
  expect(isSuspect(join(folder, "store"))).toBe(false);
  await expectPut(again, "small", 10);
  await expectPut(again, "large", 40_000);
});

// oxlint-disable-next-line vitest/expect-expect -- expectPut asserts
test("a store whose first checkpoint failed starts again", async () => {
  const store = await open();
  await store.close();
  markSuspect(join(folder, "store"));
  const again = await open();
  await put(again, "first", 2_000);
  await expectPut(again, "first", 2_000);
});

test("a store stops when another process marks the database", async () => {
  const failures: unknown[] = [];
  const store = await open({ onFailure: (failure) => failures.push(failure) });
  await put(store, "k", 10);
  markSuspect(join(folder, "store"));
  await vi.waitFor(() => expect(failures).toHaveLength(1), { timeout: 10_000 });
  await expect(store.getMany([Buffer.from("k")])).rejects.toThrow("a sync has failed");
});

// It needs Linux's list of locks.
test.runIf(process.platform === "linux")(
  "a database that is open under another boot id is not recovered",
  async () => {
    await put(await open(), "k", 10);
    const checkpoint = join(folder, "store", checkpointFileName);
    writeFileSync(checkpoint, withOtherBootId(readFileSync(checkpoint)));
    await expect(open()).rejects.toThrow(
      `process ${process.pid} uses the database under another boot id`,
    );
  },
);

test("a log that lacks a segment in use is reported", async () => {
  const store = await open({ segmentBytes: 20_000 });
  for (const key of ["a", "b", "c"]) await put(store, key, 15_000);
  await store.close();
  const [first = ""] = segmentsOf();
  await rm(join(folder, "store", segmentsFolderName, first));
  await expect(open()).rejects.toThrow(`${first} lacks the bytes at 0`);
});

test("a log that ends before the place that the index names is reported", async () => {
  const store = await open();
  await put(store, "a", 15_000);
  await store.close();
  const [name = ""] = segmentsOf();
  await truncate(join(folder, "store", segmentsFolderName, name), 9_000);
  await expect(open()).rejects.toThrow("lacks the bytes at 9000");
});

test("a deletion is seen only when it is durable", async () => {
  const store = await open();
  await put(store, "k", 10);
  const key = Buffer.from("k");
  const [entry] = await store.getMany([key]);
  const order: string[] = [];
  const commit = store
    .commit({
      version: mintVersion(),
      checks: [{ key, version: entry?.version ?? "absent" }],
      puts: [],
      deletes: [key],
    })
    .then(() => order.push("durable"));
  const reads: Promise<unknown>[] = [];
  while (order.length === 0) {
    await setImmediate();
    reads.push(
      store.getMany([key]).then(([found]) => found === undefined && order.push("absent")),
      store
        .scan({ from: key, to: Buffer.from("l"), limit: 1 })
        .then(({ rows }) => rows.length === 0 && order.push("absent")),
    );
  }
  await Promise.all([commit, ...reads]);
  expect(order[0]).toBe("durable");
  expect(order).toContain("absent");
});

test("a database without a log, of an earlier version, is read and continued", async () => {
  const binary = { keyEncoding: "binary", encoding: "binary" } as const;
  const root = openLmdb<Buffer, Buffer>({ path: join(folder, "store"), maxDbs: 4, ...binary });
  const entries = root.openDB<Buffer, Buffer>({ name: "entries", useVersions: true, ...binary });
  const payloads = root.openDB<Buffer, Buffer>({ name: "payloads", ...binary });
  for (const key of ["kept", "changed", "removed"]) {
    entries.putSync(Buffer.from(key), Buffer.from(`\u0001value of ${key}`), 77);
    payloads.putSync(Buffer.from(key), Buffer.alloc(9_000, key));
  }
  entries.putSync(Buffer.from("plain"), Buffer.from("\u0000value of plain"), 78);
  await root.close();

  await expect(open()).rejects.toThrow("an earlier Ossicle wrote the index");
  const store = await open({ converts: true });
  await expectPut(store, "kept", 9_000);
  await put(store, "changed", 3_000);
  await store.commit({
    version: mintVersion(),
    checks: [{ key: Buffer.from("removed"), version: 77 }],
    puts: [],
    deletes: [Buffer.from("removed")],
  });
  await expectPut(store, "kept", 9_000);
  await expectPut(store, "changed", 3_000);
  await expectPut(store, "plain", 0);
  expect(await store.getMany([Buffer.from("removed")])).toEqual([undefined]);
  const { rows } = await store.scan({
    from: Buffer.from("a"),
    to: Buffer.from("z"),
    limit: 10,
  });
  const values = rows.map((row) => "entry" in row && Buffer.from(row.entry.value).toString());
  expect(values).toEqual(["value of changed", "value of kept", "value of plain"]);
});

test("a second handle of a process, when it is closed, leaves the locks of the first", async () => {
  await open();
  const second = await openLmdbMetadataStore({ folder: join(folder, "store") });
  await second.close();
  expect(findLockHolder(join(folder, "store"))).toBe(process.pid);
});

test("compaction keeps the log below its bound while payloads are overwritten", async () => {
  const segmentBytes = 200_000;
  const store = await open({ segmentBytes, checkpointBytes: 100_000 });
  const sizes = new Map<string, number>();
  for (let round = 0; round < 1_200; round += 1) {
    const key = `key ${(round * 7) % 60}`;
    const bytes = 2_000 + ((round * 131) % 6_000);
    await put(store, key, bytes);
    sizes.set(key, bytes);
  }
  const live = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  const bound = live * 1.4 + 5 * segmentBytes;
  for (let tries = 0; bytesOfLog() > bound && tries < 50; tries += 1) await setTimeout(50);
  expect(bytesOfLog()).toBeLessThan(bound);
  expect(segmentsOf()[0]).not.toBe("0000000000000000.log");
  for (const [key, bytes] of sizes) await expectPut(store, key, bytes);
  await cutPower();
  const cut = await open({ folder: join(folder, "cut") });
  for (const [key, bytes] of sizes) await expectPut(cut, key, bytes);
});

test("the index stays small while commits come one by one", async () => {
  const store = await open({ checkpointTransactions: 100 });
  for (let round = 0; round < 2_000; round += 1) await put(store, `key ${round % 200}`, 10);
  expect(statSync(join(folder, "store", "data.mdb")).size).toBeLessThan(20_000_000);
});

test("a backup beside writes holds one snapshot with its payloads", async () => {
  const store = await open({ segmentBytes: 100_000, checkpointBytes: 50_000 });
  for (let at = 0; at < 30; at += 1) await put(store, `key ${at}`, 5_000);
  const copy = join(folder, "copy");
  await mkdir(copy);
  const state = { isOver: false };
  const writing = (async () => {
    for (let at = 0; !state.isOver; at += 1) await put(store, `key ${at % 30}`, 5_000);
  })();
  await store.backup(copy);
  state.isOver = true;
  await writing;
  const left = readdirSync(join(folder, "store", segmentsFolderName));
  expect(left.filter((name) => name.startsWith("hold-"))).toEqual([]);
  const copied = await open({ folder: copy });
  for (let at = 0; at < 30; at += 1) await expectPut(copied, `key ${at}`, 5_000);
});
