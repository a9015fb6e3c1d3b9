// Makes sure that every node has the same blobs. A node whose shared folder is not mounted would
// write large bodies to its own disk, where no other node finds them.
import { randomUUID } from "node:crypto";
import type { MetadataStore } from "@ossicle/store";
import { ConfigurationError } from "../configuration/configuration-error.ts";
import { commitOnce } from "../objects/records/commit.ts";
import { serverRecords } from "../objects/records/key-space.ts";
import type { SharedBlobs } from "./shared-blobs.ts";

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
  const key = serverRecords.key("blobs-mark");
  const [entry] = await metadata.getMany([key]);
  const mark = await blobs.readMark();
  if (entry === undefined) {
    if (mark !== undefined || (await blobs.holdsBlobs())) {
      throw new ConfigurationError([`${blobs.shown} holds the blobs of another store`]);
    }
    // The database decides between nodes that start at the same time.
    await commitOnce(metadata, {
      checks: [{ key, version: "absent" }],
      puts: [{ key, value: serverRecords.encode("blobs-mark", { id: randomUUID(), isNew: true }) }],
      deletes: [],
    });
    return requireSharedBlobs(metadata, blobs);
  }
  const { id, isNew } = serverRecords.decode("blobs-mark", entry.value);
  if (isNew === true) {
    // Every node that starts meanwhile writes the same mark.
    await blobs.writeMark(id);
    await commitOnce(metadata, {
      checks: [{ key, version: entry.version }],
      puts: [{ key, value: serverRecords.encode("blobs-mark", { id }) }],
      deletes: [],
    });
  } else if (mark !== id) {
    throw new ConfigurationError([
      `${blobs.shown} is not the place that this store uses: give every node the same one`,
    ]);
  }
}
