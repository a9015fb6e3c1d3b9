// Removes all records except those of the server and its access keys, for tests that begin each
// case with an empty store.
import { commitOnce } from "../records/commit.ts";
import type { StorageServices } from "../records/storage-services.ts";
import { type KeyLetter, keySpace } from "../records/key-space.ts";

/** All prefixes except `s`, the server's own records, and `a`, the access keys. */
const erased: readonly KeyLetter[] = [
  "b",
  "g",
  "c",
  "o",
  "v",
  "u",
  "p",
  "x",
  "w",
  "l",
  "q",
  "f",
  "r",
  "i",
  "z",
  "n",
];

/** Removes in steps of this many records: mass deletion never fills one commit. */
const stepRows = 100;

/** Erases all buckets, objects, deliveries and blobs. Nothing else may use the store meanwhile. */
export async function eraseEverything({
  metadata,
  blobs,
}: Pick<StorageServices, "metadata" | "blobs">): Promise<void> {
  for (const letter of erased) {
    for (;;) {
      const { rows } = await metadata.scan({ ...keySpace[letter].range(), limit: stepRows });
      const deletes = rows.flatMap((row) => ("entry" in row ? [row.entry.key] : []));
      if (deletes.length === 0) break;
      await commitOnce(metadata, { checks: [], puts: [], deletes });
    }
  }
  for await (const { ref } of blobs.scan()) await blobs.remove([ref]);
}
