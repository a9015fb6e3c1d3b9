// Copies of records, and runs that overlap.
import { expect, test } from "vitest";
import { mintVersion } from "@ossicle/store";
import { ModelMetadataStore } from "../../../../store/src/testing.ts";
import { claimCopy, completeCopy, formats } from "../../objects/records/format.ts";
import { copyRecords } from "./copy-records.ts";

const isEmpty = (): Promise<void> => Promise.resolve();

async function put(store: ModelMetadataStore, name: string, value: string): Promise<void> {
  const row = { key: Buffer.from(name), value: Buffer.from(value), payload: Buffer.from(name) };
  await store.commit({ version: mintVersion(), checks: [], puts: [row], deletes: [] });
}

function contentOf(store: ModelMetadataStore): readonly string[] {
  return store
    .entries()
    .map(({ key, value, payload = new Uint8Array(0) }) =>
      [key, value, payload].map((bytes) => Buffer.from(bytes).toString()).join("="),
    )
    .filter((row) => !row.startsWith("s"));
}

test("a run writes what differs, and deletes what the source lacks", async () => {
  const [from, to] = [new ModelMetadataStore(), new ModelMetadataStore()];
  for (let at = 0; at < 300; at += 1) await put(from, `o${at}`, `value ${at}`);
  const claim = await claimCopy(to, isEmpty);
  if (claim === undefined) throw new Error("the target is complete");
  expect(await copyRecords({ from, to, claim })).toEqual({
    records: 300,
    written: 300,
    deleted: 0,
  });
  expect(contentOf(to)).toEqual(contentOf(from));
  await put(from, "o7", "changed");
  const gone = { version: mintVersion(), checks: [], puts: [], deletes: [Buffer.from("o8")] };
  await from.commit(gone);
  expect(await copyRecords({ from, to, claim })).toEqual({ records: 299, written: 1, deleted: 1 });
  expect(contentOf(to)).toEqual(contentOf(from));
});

test("a run that another one has overtaken writes nothing more", async () => {
  const [from, to] = [new ModelMetadataStore(), new ModelMetadataStore()];
  await put(from, "o1", "copied");
  const slow = await claimCopy(to, isEmpty);
  const quick = await claimCopy(to, isEmpty);
  if (slow === undefined || quick === undefined) throw new Error("the target is complete");
  await copyRecords({ from, to, claim: quick });
  expect(await completeCopy(to, quick, formats.shared)).toBe(true);
  await put(to, "o2", "written by a node that serves the copy");
  await expect(copyRecords({ from, to, claim: slow })).rejects.toThrow("another run");
  expect(contentOf(to)).toHaveLength(2);
  expect(await completeCopy(to, slow, formats.shared)).toBe(false);
  expect(await claimCopy(to, isEmpty)).toBeUndefined();
});
