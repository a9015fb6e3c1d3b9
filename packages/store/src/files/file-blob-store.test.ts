// The file adapter under the blob contract, and its writes past the page cache.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mintRef } from "../blob-store.ts";
import { blobContract } from "../contract/blob-contract.ts";
import { openFileBlobStore } from "./file-blob-store.ts";

blobContract("files", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-blobs-"));
  const store = await openFileBlobStore(folder);
  return { store, dispose: () => rm(folder, { recursive: true }) };
});

// Pages of WebAssembly memory, like those of the server's pieces; Node's types lack WebAssembly.
declare const WebAssembly: {
  readonly Memory: new (limits: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => { readonly buffer: SharedArrayBuffer };
};

const cached = Array.from({ length: 8 }, () => 1_048_576);

test.each([
  ["whole pieces", [...cached, 1_048_576, 1_048_576]],
  ["a short piece at the end", [...cached, 1_048_576, 1_048_576, 700_001]],
  ["a piece behind a short one", [...cached, 1_048_576, 5_000, 1_048_576, 1_048_576]],
])("pieces in shared memory are stored as they are written: %s", async (_name, lengths) => {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-blobs-"));
  try {
    const store = await openFileBlobStore(folder);
    const { buffer } = new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true });
    const piece = new Uint8Array(buffer);
    const ref = mintRef();
    const writer = await store.create(ref);
    const expected: Buffer[] = [];
    for (const [at, length] of lengths.entries()) {
      piece.fill(at + 1);
      piece[length - 1] = 99;
      expected.push(Buffer.from(piece.slice(0, length)));
      await writer.write(piece.subarray(0, length));
    }
    await writer.finish();
    const size = lengths.reduce((sum, length) => sum + length, 0);
    const read: Uint8Array[] = [];
    const slice = { offset: 0, length: size };
    for await (const chunk of await store.read(ref, slice)) read.push(Buffer.from(chunk));
    expect(Buffer.concat(read).equals(Buffer.concat(expected))).toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
});
