// Reading ahead gives back every chunk that was lent, however the reading ends.
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BlobMissingError, type LendChunk } from "../blob-store.ts";
import { readSlice } from "./read-slice.ts";

const bytes = Buffer.from(Array.from({ length: 700_000 }, (_unused, at) => at % 251));
let folder = "";
let lent = 0;
let mostLent = 0;

beforeEach(async () => {
  [lent, mostLent] = [0, 0];
  folder = await mkdtemp(join(tmpdir(), "ossicle-read-"));
  await writeFile(join(folder, "blob"), bytes);
});
afterEach(() => rm(folder, { recursive: true }));

const lend =
  (most: number): LendChunk =>
  (wanted) => {
    lent += 1;
    mostLent = Math.max(mostLent, lent);
    return { buffer: Buffer.alloc(Math.min(wanted, most)), end: () => (lent -= 1) };
  };

async function reading(length: number, most = 262_144): Promise<AsyncIterableIterator<Uint8Array>> {
  const handle = await open(join(folder, "blob"), "r");
  return readSlice({ handle }, { offset: 0, length }, lend(most));
}

test("a whole slice is read one chunk ahead", async () => {
  const read: Buffer[] = [];
  for await (const chunk of await reading(bytes.length)) read.push(Buffer.from(chunk));
  expect(Buffer.concat(read).equals(bytes)).toBe(true);
  expect({ lent, mostLent }).toEqual({ lent: 0, mostLent: 2 });
});

test("short chunks are not read ahead", async () => {
  const read: Buffer[] = [];
  for await (const chunk of await reading(bytes.length, 16_384)) read.push(Buffer.from(chunk));
  expect(Buffer.concat(read).equals(bytes)).toBe(true);
  expect({ lent, mostLent }).toEqual({ lent: 0, mostLent: 1 });
});

test("a reader that stops early gives everything back", async () => {
  const chunks = await reading(bytes.length);
  await chunks.next();
  expect(lent).toBe(2);
  await chunks.return?.();
  expect(lent).toBe(0);
  expect(await chunks.next()).toEqual({ done: true, value: undefined });
});

test("a reader that stops during a read gets no chunk", async () => {
  const chunks = await reading(bytes.length);
  const [next] = await Promise.all([chunks.next(), chunks.return?.()]);
  expect(next).toEqual({ done: true, value: undefined });
  expect(lent).toBe(0);
});

test("a file that is too short fails behind its last chunk", async () => {
  const chunks = await reading(bytes.length + 262_144);
  const read = async (): Promise<number> => {
    let size = 0;
    for await (const chunk of chunks) size += chunk.length;
    return size;
  };
  await expect(read()).rejects.toThrow(BlobMissingError);
  expect(lent).toBe(0);
});
