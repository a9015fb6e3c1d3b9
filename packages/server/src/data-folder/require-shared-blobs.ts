// Makes sure that every node has the same blobs. A node whose shared folder is not mounted would
// write large bodies to its own disk, where no other node finds them.
import { randomUUID } from "node:crypto";
import type { MetadataStore } from "@ossicle/store";
import { ConfigurationError } from "../configuration/configuration-error.ts";
import { commitOnce } from "../objects/records/commit.ts";
import { serverRecords } from "../objects/records/key-space.ts";
import type { SharedBlobs } from "./shared-blobs.ts";

const key = serverRecords.key("blobs-mark");

/** What is checked. */
export type MarkedBlobs = Pick<SharedBlobs, "shown" | "holdsBlobs" | "readMark" | "writeMark">;

/**
 * Compares the mark of shared blobs with the database's, and makes both on the first start. Throws
 * ConfigurationError when the blobs are not those that the store uses.
 */
export async function requireSharedBlobs(
  metadata: MetadataStore,
  blobs: MarkedBlobs,
): Promise<void> {
  const mark = await blobs.readMark();
  // The record is read after the mark: the first node commits it before it writes the mark.
  const [entry] = await metadata.getMany([key]);
  if (entry === undefined) {
    if (mark !== undefined || (await blobs.holdsBlobs())) throw ofAnotherStore(blobs);
    // The database decides between nodes that start at the same time.
    await commitOnce(metadata, {
      checks: [{ key, version: "absent" }],
      puts: [{ key, value: serverRecords.encode("blobs-mark", { id: randomUUID(), isNew: true }) }],
      deletes: [],
    });
    return requireSharedBlobs(metadata, blobs);
  }
  const { id, isNew } = serverRecords.decode("blobs-mark", entry.value);
  if (isNew === true) return finishMark(metadata, blobs, { id, version: entry.version });
  // Another node may have written the mark meanwhile.
  if (mark === id || (await blobs.readMark()) === id) return;
  throw new ConfigurationError([
    `${blobs.shown} is not the place that this store uses: is the share mounted? ` +
      "Its file ossicle-blobs is missing, or of another store",
  ]);
}

interface NewMark {
  readonly id: string;
  /** Version of the record. */
  readonly version: number;
}

// Writes the mark of a new store. Every node that starts meanwhile writes the same one. The place
// may be another one than that of the first attempt.
async function finishMark(
  metadata: MetadataStore,
  blobs: MarkedBlobs,
  { id, version }: NewMark,
): Promise<void> {
  const mark = await blobs.readMark();
  if (mark === undefined && (await blobs.holdsBlobs())) throw ofAnotherStore(blobs);
  if (mark !== undefined && mark !== id) throw ofAnotherStore(blobs);
  if (mark === undefined) await blobs.writeMark(id);
  await commitOnce(metadata, {
    checks: [{ key, version }],
    puts: [{ key, value: serverRecords.encode("blobs-mark", { id }) }],
    deletes: [],
  });
}

function ofAnotherStore({ shown }: MarkedBlobs): ConfigurationError {
  return new ConfigurationError([`${shown} holds the blobs of another store`]);
}
