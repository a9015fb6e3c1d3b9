// Arrays in the binary format, as PostgreSQL reads them.
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { startPostgres } from "../contract/start-postgres.ts";
import { boolArray, byteaArray, int4Array, int8Array } from "./binary-array.ts";

const server = await startPostgres();
const client = new pg.Client(await server.makeDatabase());
await client.connect();
afterAll(async () => {
  await client.end();
  await server.stop();
});

async function roundTrip(type: string, array: Buffer): Promise<readonly unknown[]> {
  const text = `select item from unnest($1::${type}[]) as item`;
  const { rows } = await client.query<{ item: unknown }>(text, [array]);
  return rows.map(({ item }) => item);
}

test("byte strings of every byte, empty ones and nulls arrive as they are", async () => {
  const every = Buffer.from(Array.from({ length: 256 }, (_unused, at) => at));
  const items = [every, Buffer.alloc(0), undefined, Buffer.alloc(70_000, 0xff)];
  expect(await roundTrip("bytea", byteaArray(items))).toEqual([
    ...items.slice(0, 2),
    null,
    items[3],
  ]);
  expect(await roundTrip("bytea", byteaArray([]))).toEqual([]);
});

test("integers up to 52 bits arrive as they are", async () => {
  const items = [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 52 - 1];
  const found = await roundTrip("int8", int8Array([...items, undefined]));
  expect(found).toEqual([...items.map(String), null]);
  expect(await roundTrip("int4", int4Array([0, 1, 2 ** 31 - 1]))).toEqual([0, 1, 2 ** 31 - 1]);
});

test("truth values arrive as they are", async () => {
  expect(await roundTrip("bool", boolArray([true, false]))).toEqual([true, false]);
});
