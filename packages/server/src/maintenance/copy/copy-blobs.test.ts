// Copies of blobs, and runs that another one has overtaken.
import { expect, test } from "vitest";
import { type BlobStore, mintRef } from "@ossicle/store";
import { ModelBlobStore } from "../../../../store/src/testing.ts";
import { copyBlobs } from "./copy-blobs.ts";

async function put(store: BlobStore, ref: Uint8Array, bytes: string): Promise<void> {
  const writer = await store.create(ref);
  await writer.write(Buffer.from(bytes));
  await writer.finish();
}

async function sizesOf(store: BlobStore): Promise<readonly number[]> {
  const sizes: number[] = [];
  for await (const { sizeBytes } of store.scan()) sizes.push(sizeBytes);
  return sizes.toSorted((one, other) => one - other);
}

const onFinding = (): void => undefined;

test("blobs are copied once, also those that were cut off, and others are removed", async () => {
  const [from, to] = [new ModelBlobStore(), new ModelBlobStore()];
  const [whole, partial, extra] = [mintRef(), mintRef(), mintRef()];
  await put(from, whole, "whole");
  await put(from, partial, "partial copy");
  await put(to, partial, "part");
  await put(to, extra, "x");
  const requireClaim = (): Promise<void> => Promise.resolve();
  const copy = { from, to, requireClaim, onFinding };
  expect(await copyBlobs(copy)).toMatchObject({ blobs: 2, copied: 2, removed: 1 });
  expect(await sizesOf(to)).toEqual([5, 12]);
  expect(await copyBlobs(copy)).toMatchObject({ blobs: 2, copied: 0, removed: 0 });
});

test("a run that has lost its claim removes nothing, also when a copy fails", async () => {
  const [from, to] = [new ModelBlobStore(), new ModelBlobStore()];
  const ref = mintRef();
  await put(from, ref, "bytes");
  let isLost = false;
  const requireClaim = (): Promise<void> =>
    isLost ? Promise.reject(new Error("another run")) : Promise.resolve();
  const failing: BlobStore = {
    read: to.read,
    remove: to.remove,
    scan: to.scan,
    create: async (created) => {
      const writer = await to.create(created);
      return {
        ...writer,
        finish: async () => {
          // The run that has overtaken this one has copied the blob, and nodes serve it.
          await put(to, created, "bytes");
          isLost = true;
          throw new Error("the store has failed");
        },
        abort: () => to.remove([created]),
      };
    },
  };
  const copying = copyBlobs({ from, to: failing, requireClaim, onFinding });
  await expect(copying).rejects.toThrow("another run");
  expect(await sizesOf(to)).toEqual([5]);
});
