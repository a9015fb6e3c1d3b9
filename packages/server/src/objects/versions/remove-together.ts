// Removes many keys in one commit: small objects of a bucket that was never versioned.
import { maxChecks } from "@ossicle/store";
import { commitOnce } from "../records/commit.ts";
import type { Bucket } from "../buckets/bucket.ts";
import { gateRecords, headRecords } from "../records/key-space.ts";
import type { StorageServices } from "../records/storage-services.ts";
import { refsOf } from "./displace.ts";
import { isProtected } from "./retention.ts";

/** Most keys that are removed together: each is a check, and so is the bucket's gate. */
export const maxRemovedTogether: number = maxChecks - 1;

/**
 * Removes the keys whose bytes are in their records. Returns the keys that are removed now, or did
 * not exist. The others must be removed one by one: their bytes are in blobs or protected, or
 * another writer has changed one of the keys. Throws RangeError for more than
 * {@link maxRemovedTogether} keys.
 */
export async function removeTogether(
  { metadata, clock }: Pick<StorageServices, "metadata" | "clock">,
  { id, gate, gateVersion }: Pick<Bucket, "id" | "gate" | "gateVersion">,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  if (gate.versioning !== undefined || gate.state !== "active") return new Set();
  const unique = [...new Set(keys)];
  const places = unique.map((key) => headRecords.key(id, key));
  const entries = await metadata.getMany(places, { payloads: false });
  const gone = new Set<string>();
  const heads: { readonly key: Uint8Array; readonly version: number }[] = [];
  for (const [at, key] of unique.entries()) {
    const entry = entries[at];
    if (entry !== undefined) {
      const record = headRecords.decode(entry.value);
      if (refsOf(record).length > 0 || isProtected(gate, record, { nowMs: clock() })) continue;
    }
    gone.add(key);
    if (entry !== undefined) heads.push({ key: entry.key, version: entry.version });
  }
  const committed = await commitOnce(metadata, {
    checks: [{ key: gateRecords.key(id), version: gateVersion }, ...heads],
    puts: [],
    deletes: heads.map(({ key }) => key),
  });
  return committed.ok ? gone : new Set();
}
