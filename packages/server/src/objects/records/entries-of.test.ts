// The walk over a range of records: all of them in order, with pages of any length.
import { ModelMetadataStore } from "../../../../store/src/testing.ts";
import { expect, test } from "vitest";
import { commitOnce } from "./commit.ts";
import { entriesOf } from "./entries-of.ts";

const from = Buffer.from("b");
const to = Buffer.from("c");

async function storeOf(keys: readonly string[]): Promise<ModelMetadataStore> {
  const store = new ModelMetadataStore();
  const puts = keys.map((key) => ({ key: Buffer.from(key), value: Buffer.from(key) }));
  await commitOnce(store, { checks: [], puts, deletes: [] });
  return store;
}

async function walked(store: ModelMetadataStore, pageRows?: number): Promise<readonly string[]> {
  const keys: string[] = [];
  const range = pageRows === undefined ? { from, to } : { from, to, pageRows };
  for await (const { key } of entriesOf(store, range)) keys.push(Buffer.from(key).toString());
  return keys;
}

test.each([1, 2, 3, 4, undefined])(
  "the walk returns every record of a range in pages of %s",
  async (rows) => {
    const store = await storeOf(["a9", "b3", "b1", "b2", "c"]);
    expect(await walked(store, rows)).toEqual(["b1", "b2", "b3"]);
    expect(await walked(await storeOf(["a9", "c"]), rows)).toEqual([]);
  },
);

test("the walk survives a deletion behind it, and returns a new record ahead", async () => {
  const store = await storeOf(["b1", "b2", "b3"]);
  const keys: string[] = [];
  for await (const { key } of entriesOf(store, { from, to, pageRows: 1 })) {
    keys.push(Buffer.from(key).toString());
    if (keys.length > 1) continue;
    const added = { key: Buffer.from("b4"), value: Buffer.from("b4") };
    await commitOnce(store, { checks: [], puts: [added], deletes: [key] });
  }
  expect(keys).toEqual(["b1", "b2", "b3", "b4"]);
});

test("other work is done between two pages", async () => {
  const store = await storeOf(["b1", "b2", "b3", "b4"]);
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await walked(store, 1);
  isOver = true;
  expect(turns).toBeGreaterThanOrEqual(3);
});
