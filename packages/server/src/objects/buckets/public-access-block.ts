// The block of public access: that of an account, which holds for all its buckets, and that of a
// bucket.
import type { MetadataStore } from "@ossicle/store";
import { commitOnce, pauseBeforeTry } from "../records/commit.ts";
import { serverRecords } from "../records/key-space.ts";
import type { Bucket } from "./bucket.ts";
import { readConfig } from "./bucket-config.ts";
import { accountBlockKey } from "./look-up.ts";

interface Services {
  readonly metadata: MetadataStore;
}

/** Whether an account blocks public access to all its buckets. */
export async function readPublicAccessBlock(
  { metadata }: Services,
  accountId: string,
): Promise<boolean> {
  const [entry] = await metadata.getMany([accountBlockKey(accountId)]);
  if (entry === undefined) return false;
  return serverRecords.decode(`public-access-block/${accountId}`, entry.value).blockPublicAccess;
}

/** Sets the block of an account. */
export async function writePublicAccessBlock(
  { metadata }: Services,
  accountId: string,
  blockPublicAccess: boolean,
): Promise<void> {
  const key = accountBlockKey(accountId);
  const value = serverRecords.encode(`public-access-block/${accountId}`, { blockPublicAccess });
  for (let tries = 0; ; tries += 1) {
    const [entry] = await metadata.getMany([key]);
    const committed = await commitOnce(metadata, {
      checks: [{ key, version: entry?.version ?? "absent" }],
      puts: [{ key, value }],
      deletes: [],
    });
    if (committed.ok) return;
    await pauseBeforeTry(tries);
  }
}

/**
 * Moves the block of a store with one account, whose record did not name the account. Does nothing
 * where there is none.
 */
export async function moveAccountBlock({ metadata }: Services, accountId: string): Promise<void> {
  const from = serverRecords.key("public-access-block/");
  const key = from.subarray(0, -1);
  const [entry] = await metadata.getMany([key]);
  if (entry === undefined) return;
  await commitOnce(metadata, {
    checks: [{ key, version: entry.version }],
    puts: [{ key: accountBlockKey(accountId), value: entry.value }],
    deletes: [key],
  });
}

/** Whether public access to a bucket is blocked, by its account or by the bucket. */
export async function isPublicBlocked(services: Services, bucket: Bucket): Promise<boolean> {
  const [own, ofAll] = await Promise.all([
    readConfig(services, bucket, "public-access-block"),
    readPublicAccessBlock(services, bucket.record.owner),
  ]);
  return ofAll || own?.blockPublicAccess === true;
}
