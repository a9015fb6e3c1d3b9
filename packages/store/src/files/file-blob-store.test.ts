// The file adapter under the blob contract.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blobContract } from "../contract/blob-contract.ts";
import { openFileBlobStore } from "./file-blob-store.ts";

blobContract("files", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-blobs-"));
  const store = await openFileBlobStore(folder);
  return { store, dispose: () => rm(folder, { recursive: true }) };
});
