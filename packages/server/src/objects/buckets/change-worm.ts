// Changes the retention policy in a bucket's gate. Every write below the bucket checks the gate, so
// none that was judged by the old policy can be committed.
import { OssError } from "@ossicle/protocol";
import { commitOnce, pauseBeforeTry } from "../records/commit.ts";
import { gateRecords } from "../records/key-space.ts";
import type { GateRecord, WormRecord } from "../records/records.ts";
import type { Bucket } from "./bucket.ts";
import { lookUp, type LookUpServices } from "./look-up.ts";

/** Most tries against other writers of the same bucket. */
const maxTries = 24;

/**
 * Replaces the policy by the result of `change`, which throws to refuse. Throws NoSuchBucket,
 * ServiceUnavailable.
 */
export async function changeWorm(
  services: LookUpServices,
  bucket: Bucket,
  change: (gate: GateRecord) => WormRecord | undefined,
): Promise<void> {
  let current: Bucket | undefined = bucket;
  for (let tries = 0; tries < maxTries && current?.record.id === bucket.record.id; tries += 1) {
    if (tries > 0) await pauseBeforeTry(tries);
    if (current.gate.state === "active") {
      const gate: GateRecord = { ...current.gate, worm: change(current.gate) };
      const key = gateRecords.key(current.id);
      const committed = await commitOnce(services.metadata, {
        checks: [{ key, version: current.gateVersion }],
        puts: [{ key, value: gateRecords.encode(gate) }],
        deletes: [],
      });
      if (committed.ok) return;
    }
    current = (await lookUp(services, bucket.name)).bucket;
  }
  if (current?.record.id !== bucket.record.id) {
    throw new OssError("NoSuchBucket", { BucketName: bucket.name });
  }
  throw new OssError("ServiceUnavailable");
}

/** The gate's policy. Throws NoSuchWORMConfiguration unless it has this id. */
export function requireWorm({ worm }: GateRecord, bucket: string, wormId: string): WormRecord {
  if (worm === undefined) throw noSuchWorm(bucket);
  if (worm.id === wormId) return worm;
  const message = "The specified WORM ID does not exist";
  throw new OssError("NoSuchWORMConfiguration", { BucketName: bucket }, { message });
}

/** The error for a bucket without a policy. */
export function noSuchWorm(bucket: string): OssError<"NoSuchWORMConfiguration"> {
  return new OssError("NoSuchWORMConfiguration", { BucketName: bucket });
}

/** The error for what a policy does not allow. OSS's own text does not say why. */
export function invalidWorm(why: string, ec?: string): OssError<"InvalidWORMConfiguration"> {
  return new OssError("InvalidWORMConfiguration", {}, { message: why, ec });
}
