// What becomes of commits and reads when the database fails, or is not there.
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPostgres, type PostgresServer } from "../contract/start-postgres.ts";
import { type Commit, mintVersion } from "../metadata-store.ts";
import { StoreUnavailableError } from "../store-unavailable-error.ts";
import { byteaArray } from "./binary-array.ts";
import { sqlStates } from "./database.ts";
import { migratePostgres, SchemaError } from "./migrate.ts";
import { openPostgresMetadataStore } from "./postgres-metadata-store.ts";
import {
  readEntries,
  readValues,
  scanBackwards,
  scanForwards,
  scanRolledUp,
} from "./statements.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const put = (key: string, value = key): Commit => ({
  version: mintVersion(),
  checks: [],
  puts: [{ key: Buffer.from(key), value: Buffer.from(value) }],
  deletes: [],
});

async function migrated(): Promise<string> {
  const address = await server.makeDatabase();
  await migratePostgres(address);
  return address;
}

describe("the schema", () => {
  test("is required: a database without it is refused with the remedy", async () => {
    const address = await server.makeDatabase();
    await expect(openPostgresMetadataStore(address)).rejects.toThrow(SchemaError);
    await expect(openPostgresMetadataStore(address)).rejects.toThrow("run ossicle migrate");
  });

  test("is applied once, also by several processes at the same time", async () => {
    const address = await server.makeDatabase();
    await Promise.all([1, 2, 3, 4].map(() => migratePostgres(address)));
    expect(await migratePostgres(address)).toEqual([]);
    const store = await openPostgresMetadataStore(address);
    await store.close();
  });
});

test("a commit after close has an unknown outcome", async () => {
  const store = await openPostgresMetadataStore(await migrated());
  await store.close();
  expect((await store.commit(put("k"))).kind).toBe("unknown");
});

test("a killed server loses no acknowledged commit, and service returns with it", async () => {
  const store = await openPostgresMetadataStore(await migrated());
  const acknowledged: string[] = [];
  const outcomes = new Set<string>();
  const isOver = new AbortController();
  const writers = Array.from({ length: 16 }, async (_unused, writer) => {
    for (let at = 0; !isOver.signal.aborted; at += 1) {
      const key = `${writer}/${at}`;
      const { kind } = await store.commit(put(key));
      outcomes.add(kind);
      if (kind === "committed") acknowledged.push(key);
      else await pause(50);
    }
  });
  const writeMore = async (): Promise<void> => {
    const before = acknowledged.length;
    await expect.poll(() => acknowledged.length).toBeGreaterThan(before + 100);
  };
  try {
    for (let kills = 0; kills < 3; kills += 1) {
      await writeMore();
      await server.kill();
      await expect(store.getMany([Buffer.from("0/0")])).rejects.toThrow(StoreUnavailableError);
      await server.start();
    }
    await writeMore();
  } finally {
    isOver.abort();
    await Promise.all(writers);
  }
  expect(outcomes).toEqual(new Set(["committed", "unknown"]));
  for (let at = 0; at < acknowledged.length; at += 500) {
    const keys = acknowledged.slice(at, at + 500);
    const found = await store.getMany(keys.map((key) => Buffer.from(key)));
    expect(found.map((entry) => String(entry?.value))).toEqual(keys);
  }
  await store.close();
});

test("of several hosts, the one that takes writes is used", async () => {
  const address = await migrated();
  const [, database] = /\/(\w+)$/.exec(address) ?? [];
  const gone = createServer().listen(0, "127.0.0.1");
  await once(gone, "listening");
  const { port } = gone.address() as AddressInfo;
  gone.close();
  const hosts = `127.0.0.1:${port},127.0.0.1:${server.port}`;
  const store = await openPostgresMetadataStore(`postgres://postgres@${hosts}/${database}`);
  expect(await store.commit(put("k"))).toEqual({ kind: "committed" });
  await store.close();
  const readOnly = `?options=${encodeURIComponent("-c default_transaction_read_only=on")}`;
  await expect(openPostgresMetadataStore(`${address}${readOnly}`)).rejects.toThrow("replica");
});

test("a server that does not wait for its log is refused", async () => {
  const loose = `?options=${encodeURIComponent("-c synchronous_commit=off")}`;
  const opening = openPostgresMetadataStore((await migrated()) + loose);
  await expect(opening).rejects.toThrow("synchronous_commit is off");
});

test("a schema newer than this program's is refused", async () => {
  const address = await migrated();
  const client = new pg.Client(address);
  await client.connect();
  await client.query("insert into ossicle_migrations (number, summary) values (99, 'later')");
  await client.end();
  await expect(openPostgresMetadataStore(address)).rejects.toThrow("install a newer Ossicle");
  await expect(migratePostgres(address)).rejects.toThrow("install a newer Ossicle");
});

test("while the database hangs, every commit that waits ends with the first one", async () => {
  const address = await migrated();
  const store = await openPostgresMetadataStore(address);
  const client = new pg.Client(address);
  await client.connect();
  await client.query("begin; lock table ossicle_records in access exclusive mode");
  const commits = Array.from({ length: 1_000 }, (_unused, at) => store.commit(put(String(at))));
  const outcomes = await Promise.all(commits);
  expect(outcomes.every(({ kind }) => kind === "unknown")).toBe(true);
  // At most four statements run at the same time. The commits behind them share their causes.
  const causes = new Set(outcomes.map((outcome) => "cause" in outcome && outcome.cause));
  expect(causes.size).toBeLessThanOrEqual(4);
  await client.query("rollback");
  await client.end();
  expect(await store.commit(put("after"))).toEqual({ kind: "committed" });
  await store.close();
});

test("a database that accepts connections and never answers is given up", async () => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => sockets.add(socket)).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  const opening = openPostgresMetadataStore(`postgres://postgres@127.0.0.1:${port}/test`);
  await expect(opening).rejects.toThrow(StoreUnavailableError);
  for (const socket of sockets) socket.destroy();
  silent.close();
});

test("a replica refuses every read, also of what it lacks", async () => {
  const own = await startPostgres();
  try {
    const address = await own.makeDatabase();
    await migratePostgres(address);
    const store = await openPostgresMetadataStore(address);
    await store.commit(put("kept"));
    await store.close();
    await own.becomeReplica();
    // A connection that a pooler has moved from the primary to the replica.
    const client = new pg.Client(address);
    await client.connect();
    for (const { text } of [readEntries, readValues]) {
      for (const key of ["kept", "lacking"]) {
        const reading = client.query(text, [byteaArray([Buffer.from(key)])]);
        await expect(reading).rejects.toMatchObject({ code: sqlStates.divisionByZero });
      }
    }
    const range = [Buffer.from([0]), Buffer.from([1])];
    for (const { text } of [scanForwards, scanBackwards]) {
      const reading = client.query(text, [...range, 10, 1_000]);
      await expect(reading).rejects.toMatchObject({ code: sqlStates.divisionByZero });
    }
    const rollUp = [0, Buffer.from("/"), 0, Buffer.from([0xff])];
    const reading = client.query(scanRolledUp.text, [...range, 10, 1_000, ...rollUp]);
    await expect(reading).rejects.toMatchObject({ code: sqlStates.divisionByZero });
    await client.end();
  } finally {
    await own.stop();
  }
});
