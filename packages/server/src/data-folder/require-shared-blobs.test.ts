// The mark of a folder of blobs that nodes share.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ModelMetadataStore } from "../../../store/src/testing.ts";
import { requireSharedBlobs } from "./require-shared-blobs.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ossicle-shared-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("the first nodes mark the folder, and later ones find the mark", async () => {
  const metadata = new ModelMetadataStore();
  await Promise.all([1, 2, 3].map(() => requireSharedBlobs(metadata, folder)));
  const mark = await readFile(join(folder, "ossicle-blobs"), "utf8");
  await requireSharedBlobs(metadata, folder);
  expect(await readFile(join(folder, "ossicle-blobs"), "utf8")).toBe(mark);
});

test("a folder without the store's mark is refused", async () => {
  const metadata = new ModelMetadataStore();
  await requireSharedBlobs(metadata, folder);
  const other = requireSharedBlobs(metadata, join(folder, "not mounted"));
  await expect(other).rejects.toThrow("mount that one on every node");
});

test("a new database beside the blobs of another store is refused", async () => {
  await mkdir(join(folder, "00"));
  await writeFile(join(folder, "00", "blob"), "");
  const started = requireSharedBlobs(new ModelMetadataStore(), folder);
  await expect(started).rejects.toThrow("holds the blobs of another store");
});

test("a mark that an interrupted first start has left is adopted", async () => {
  await requireSharedBlobs(new ModelMetadataStore(), folder);
  const again = new ModelMetadataStore();
  await requireSharedBlobs(again, folder);
  expect(again.entries()).toHaveLength(1);
});
