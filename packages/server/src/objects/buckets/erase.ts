// Removes all records except those of the server, its access keys and its users, for tests that
// begin each case with an empty store.
import { commitOnce } from "../records/commit.ts";
import type { StorageServices } from "../records/storage-services.ts";
import {
  accessKeyRecords,
  type AnyKind,
  keySpace,
  principalRecords,
  serverRecords,
} from "../records/key-space.ts";

const kept: ReadonlySet<AnyKind> = new Set([serverRecords, accessKeyRecords, principalRecords]);

/** Removes in steps of this many records: mass deletion never fills one commit. */
const stepRows = 100;

/** Erases all buckets, objects, deliveries and blobs. Nothing else may use the store meanwhile. */
export async function eraseEverything({
  metadata,
  blobs,
}: Pick<StorageServices, "metadata" | "blobs">): Promise<void> {
  for (const kind of Object.values(keySpace)) {
    while (!kept.has(kind)) {
      const { rows } = await metadata.scan({ ...kind.range(), limit: stepRows });
      const deletes = rows.flatMap((row) => ("entry" in row ? [row.entry.key] : []));
      if (deletes.length === 0) break;
      await commitOnce(metadata, { checks: [], puts: [], deletes });
    }
  }
  for await (const { ref } of blobs.scan()) await blobs.remove([ref]);
}
