// The mark of blobs that nodes share.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ModelMetadataStore } from "../../../store/src/testing.ts";
import { requireSharedBlobs } from "./require-shared-blobs.ts";
import { findSharedBlobs } from "./shared-blobs.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ossicle-shared-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function requireFolder(metadata: ModelMetadataStore, path = folder): Promise<void> {
  await requireSharedBlobs(metadata, await findSharedBlobs(path));
}

test("the first nodes mark the folder, and later ones find the mark", async () => {
  const metadata = new ModelMetadataStore();
  await Promise.all([1, 2, 3].map(() => requireFolder(metadata)));
  const mark = await readFile(join(folder, "ossicle-blobs"), "utf8");
  await requireFolder(metadata);
  expect(await readFile(join(folder, "ossicle-blobs"), "utf8")).toBe(mark);
});

test.each([1, 2, 3, 4])("nodes that start together accept each other: %s", async (turn) => {
  const metadata = new ModelMetadataStore();
  const blobs = await findSharedBlobs(folder);
  const slowly =
    (at: number) =>
    async <T>(work: () => Promise<T>): Promise<T> => {
      if (at % 2 === 0) await pause(5);
      const result = await work();
      if (at > 2) await pause(10);
      return result;
    };
  await Promise.all(
    [turn, turn + 1].map((at) => {
      const readMark = (): Promise<string | undefined> => slowly(at)(blobs.readMark);
      const writeMark = (id: string): Promise<void> => slowly(at)(() => blobs.writeMark(id));
      return requireSharedBlobs(metadata, { ...blobs, readMark, writeMark });
    }),
  );
  expect(await blobs.readMark()).toBeDefined();
});

test("a folder without the store's mark is refused, and not made", async () => {
  const metadata = new ModelMetadataStore();
  await requireFolder(metadata);
  const other = join(folder, "not mounted");
  await expect(requireFolder(metadata, other)).rejects.toThrow("is the share mounted?");
  await expect(readFile(other)).rejects.toThrow("ENOENT");
});

test("a new database beside the blobs or the mark of another store is refused", async () => {
  await mkdir(join(folder, "00"));
  await writeFile(join(folder, "00", "blob"), "");
  const message = "holds the blobs of another store";
  await expect(requireFolder(new ModelMetadataStore())).rejects.toThrow(message);
  const marked = join(folder, "marked");
  await requireFolder(new ModelMetadataStore(), marked);
  await expect(requireFolder(new ModelMetadataStore(), marked)).rejects.toThrow(message);
});

test("a first start that ended before the mark was written is finished by the next", async () => {
  const metadata = new ModelMetadataStore();
  const own = join(folder, "own");
  const blobs = await findSharedBlobs(own);
  const writeMark = (): Promise<void> => Promise.reject(new Error("killed"));
  await expect(requireSharedBlobs(metadata, { ...blobs, writeMark })).rejects.toThrow("killed");
  const other = join(folder, "other");
  await requireFolder(new ModelMetadataStore(), other);
  await expect(requireFolder(metadata, other)).rejects.toThrow("blobs of another store");
  await requireFolder(metadata, own);
  await requireFolder(metadata, own);
});
