// The block of public access: that of an account, which holds for all its buckets, and that of a
// bucket.
import { commitOnce, pauseBeforeTry } from "../records/commit.ts";
import { serverRecords } from "../records/key-space.ts";
import type { Bucket } from "./bucket.ts";
import { readConfig } from "./bucket-config.ts";
import { accountBlockName, type LookUpServices } from "./look-up.ts";

/** Whether an account blocks public access to all its buckets. */
export async function readPublicAccessBlock(
  { metadata, hints }: LookUpServices,
  accountId: string,
): Promise<boolean> {
  const name = accountBlockName(hints, accountId);
  const [entry] = await metadata.getMany([serverRecords.key(name)]);
  return entry !== undefined && serverRecords.decode(name, entry.value).blockPublicAccess;
}

/** Sets the block of an account. */
export async function writePublicAccessBlock(
  { metadata, hints }: LookUpServices,
  accountId: string,
  blockPublicAccess: boolean,
): Promise<void> {
  const name = accountBlockName(hints, accountId);
  const key = serverRecords.key(name);
  const value = serverRecords.encode(name, { blockPublicAccess });
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

/** Whether public access to a bucket is blocked, by its account or by the bucket. */
export async function isPublicBlocked(services: LookUpServices, bucket: Bucket): Promise<boolean> {
  const [own, ofAll] = await Promise.all([
    readConfig(services, bucket, "public-access-block"),
    readPublicAccessBlock(services, bucket.record.owner),
  ]);
  return ofAll || own?.blockPublicAccess === true;
}
