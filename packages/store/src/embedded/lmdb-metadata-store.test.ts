// The LMDB adapter under the contract suites.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { metadataContract } from "../contract/metadata-contract.ts";
import { processContract } from "../contract/process-contract.ts";
import { type MetadataStore, mintVersion } from "../metadata-store.ts";
import { openLmdbMetadataStore } from "./lmdb-metadata-store.ts";

async function openTemporary(): Promise<{
  store: MetadataStore;
  argument: string;
  dispose: () => Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-lmdb-"));
  const store = await openLmdbMetadataStore({ folder });
  const dispose = async (): Promise<void> => {
    await store.close();
    await rm(folder, { recursive: true });
  };
  return { store, argument: folder, dispose };
}

test("a commit after close has an unknown outcome, and does not crash", async () => {
  const { store, dispose } = await openTemporary();
  await store.close();
  const late = Array.from({ length: 40 }, () =>
    store.commit({
      version: mintVersion(),
      checks: [],
      puts: [{ key: Buffer.from("k"), value: Buffer.from("v") }],
      deletes: [],
    }),
  );
  expect((await Promise.all(late)).every(({ kind }) => kind === "unknown")).toBe(true);
  await dispose();
});

metadataContract("LMDB", openTemporary);
processContract("LMDB", "./lmdb-process.ts", openTemporary);
