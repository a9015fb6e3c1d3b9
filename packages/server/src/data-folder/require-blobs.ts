// Distinguishes a store that has lost its folder of blobs from one that has no blobs yet.
import { access, opendir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { DamagedStoreError, errorCode, type MetadataStore, restoreRemedy } from "@ossicle/store";
import { entriesOf } from "../objects/records/entries-of.ts";
import { everyVersion } from "../objects/records/every-version.ts";
import { idBytes, referenceRecords } from "../objects/records/key-space.ts";
import { manifestOwner } from "../objects/records/references.ts";

/**
 * Throws DamagedStoreError when the folder holds no blob although the database refers to one. A
 * reference is committed only after its blob's name is durable. `ossicle verify` finds single
 * missing blobs; checking each at start-up would take too long.
 */
export async function requireBlobs(metadata: MetadataStore, blobs: string): Promise<void> {
  if ((await holdsFiles(blobs)) || !(await refersToBlob(metadata))) return;
  const isThere = await access(blobs).then(
    () => true,
    () => false,
  );
  const problem = isThere ? "holds no files" : "is missing";
  throw new DamagedStoreError(blobs, `${problem}, but the database refers to blobs`, restoreRemedy);
}

const partOwnerBytes = manifestOwner(new Uint8Array(idBytes), 0).length;

// A reference that a part owns is always to a blob. A version refers to blobs or to a manifest.
// When all parts of an upload were empty, its manifest has no blob, and only the version's record
// shows this.
async function refersToBlob(metadata: MetadataStore): Promise<boolean> {
  let isReferred = false;
  for await (const { key } of entriesOf(metadata, referenceRecords.range())) {
    const [, owner] = referenceRecords.partsOf(key);
    if (owner.length === partOwnerBytes) return true;
    isReferred = true;
  }
  if (!isReferred) return false;
  for await (const { extents = [] } of everyVersion(metadata)) if (extents.length > 0) return true;
  return false;
}

/**
 * Whether a folder of blobs holds a blob; false when the folder is missing. Throws
 * DamagedStoreError when the path is a file.
 */
export async function holdsFiles(blobs: string): Promise<boolean> {
  const shards = await readdir(blobs).catch((cause: unknown) => {
    if (errorCode(cause) === "ENOENT") return [];
    if (errorCode(cause) !== "ENOTDIR") throw cause;
    throw new DamagedStoreError(blobs, "is not a folder", restoreRemedy);
  });
  for (const shard of shards.filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    const files = await opendir(join(blobs, shard)).catch((cause: unknown) => {
      if (errorCode(cause) === "ENOTDIR") return [];
      throw cause;
    });
    for await (const file of files) if (file.isFile()) return true;
  }
  return false;
}
