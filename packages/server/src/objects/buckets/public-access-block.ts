// The block of public access: that of the account, which holds for all buckets, and that of a
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

/** Whether the account blocks public access to all buckets. */
export async function readPublicAccessBlock({ metadata }: Services): Promise<boolean> {
  const [entry] = await metadata.getMany([accountBlockKey]);
  if (entry === undefined) return false;
  return serverRecords.decode("public-access-block", entry.value).blockPublicAccess;
}

/** Sets the account's block. */
export async function writePublicAccessBlock(
  { metadata }: Services,
  blockPublicAccess: boolean,
): Promise<void> {
  const value = serverRecords.encode("public-access-block", { blockPublicAccess });
  for (let tries = 0; ; tries += 1) {
    const [entry] = await metadata.getMany([accountBlockKey]);
    const committed = await commitOnce(metadata, {
      checks: [{ key: accountBlockKey, version: entry?.version ?? "absent" }],
      puts: [{ key: accountBlockKey, value }],
      deletes: [],
    });
    if (committed.ok) return;
    await pauseBeforeTry(tries);
  }
}

/** Whether public access to a bucket is blocked, by the account or by the bucket. */
export async function isPublicBlocked(services: Services, bucket: Bucket): Promise<boolean> {
  const [own, ofAll] = await Promise.all([
    readConfig(services, bucket, "public-access-block"),
    readPublicAccessBlock(services),
  ]);
  return ofAll || own?.blockPublicAccess === true;
}
