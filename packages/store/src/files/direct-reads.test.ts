// Large blobs are read past the page cache the first time, and through it afterwards.
import { randomBytes } from "node:crypto";
import { constants, readdirSync, readlinkSync } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type BlobRef, type BlobSlice, type BlobStore, mintRef } from "../blob-store.ts";
import { openFileBlobStore } from "./file-blob-store.ts";
import { ReadBefore } from "./read-before.ts";

// Node's types lack WebAssembly, whose memory begins at a page.
declare const WebAssembly: {
  readonly Memory: new (limits: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
};

const mebibyte = 1_048_576;
const bytes = randomBytes(20 * mebibyte + 12_345);
let folder: string;
let store: BlobStore;
let ref: BlobRef;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ossicle-direct-"));
  store = await openFileBlobStore(folder);
  ref = mintRef();
  const writer = await store.create(ref);
  await writer.write(bytes);
  await writer.finish();
});
afterEach(() => rm(folder, { recursive: true }));

/** How many files below the folder this process has open. */
function openFiles(): number {
  const links = readdirSync("/proc/self/fd").map((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      return ""; // the listing's own descriptor
    }
  });
  return links.filter((link) => link.startsWith(folder)).length;
}

async function canBeDirect(): Promise<boolean> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_DIRECT;
  const handle = await open(join(folder, "probe"), flags).catch(() => undefined);
  await handle?.close();
  return handle !== undefined;
}

/** Reads a slice. Returns it, and how many files were open for that. */
async function read(slice: BlobSlice): Promise<{ readonly files: number; readonly read: Buffer }> {
  const memory = new WebAssembly.Memory({ initial: 8 }).buffer;
  const free = [0, 1].map((at) => new Uint8Array(memory, at * 262_144, 262_144));
  const chunks: Buffer[] = [];
  let files = 0;
  const reading = await store.read(ref, slice, () => {
    const buffer = free.pop() ?? new Uint8Array(1_000);
    const end = (): void => void (buffer.length > 1_000 && free.push(buffer));
    return { buffer, isAligned: buffer.length > 1_000, end };
  });
  for await (const chunk of reading) {
    files = Math.max(files, openFiles());
    chunks.push(Buffer.from(chunk));
  }
  expect(openFiles()).toBe(0);
  return { files, read: Buffer.concat(chunks) };
}

describe("a slice is read as it was written, past the cache and through it,", () => {
  test.each([
    ["the whole", { offset: 0, length: bytes.length }],
    ["from the middle of a page on", { offset: 9_000_001, length: 9_000_000 }],
    ["the end", { offset: 10 * mebibyte, length: bytes.length - 10 * mebibyte }],
  ])("%s", async (_, slice) => {
    const expected = bytes.subarray(slice.offset, slice.offset + slice.length);
    const [first, second] = [await read(slice), await read(slice)];
    expect(first.read.equals(expected)).toBe(true);
    expect(second.read.equals(expected)).toBe(true);
    const isDirect = await canBeDirect();
    expect([first.files, second.files]).toEqual([isDirect ? 2 : 1, 1]);
  });
});

test("a short slice, and the beginning, are read through the cache", async () => {
  expect((await read({ offset: 0, length: 8 * mebibyte })).files).toBe(1);
  expect((await read({ offset: 12 * mebibyte, length: 4_096 })).files).toBe(1);
});

test("slices that follow each other are new, and one that begins earlier is not", () => {
  const before = new ReadBefore();
  const slices = [0, 5, 10].map((offset) => before.add("a", { offset, length: 5 }));
  expect(slices).toEqual([false, false, false]);
  expect(before.add("a", { offset: 14, length: 5 })).toBe(true);
  expect(before.add("b", { offset: 0, length: 5 })).toBe(false);
});

test("blobs that were not read for long are forgotten", () => {
  const before = new ReadBefore();
  const add = (name: number): boolean => before.add(String(name), { offset: 0, length: 1 });
  for (let name = 0; name <= 4_096; name += 1) add(name);
  expect([add(4_096), add(0)]).toEqual([true, false]);
});
