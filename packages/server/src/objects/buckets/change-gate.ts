// Changes a bucket's gate. Every write below the bucket checks the gate, so no write that was
// judged by the old one can be committed.
import { OssError } from "@ossicle/protocol";
import { commitOnce, pauseBeforeTry } from "../records/commit.ts";
import { gateRecords } from "../records/key-space.ts";
import type { GateRecord } from "../records/records.ts";
import type { Bucket } from "./bucket.ts";
import { lookUp, type LookUpServices } from "./look-up.ts";

/** Most tries against other writers of the same bucket, with a pause of up to 20 ms before each. */
const maxTries = 24;

/**
 * Replaces the gate by the result of `change`, which throws to refuse. Throws NoSuchBucket,
 * ServiceUnavailable.
 */
export async function changeGate(
  services: LookUpServices,
  bucket: Bucket,
  change: (gate: GateRecord) => GateRecord,
): Promise<void> {
  await untilDone(services, bucket, (current) => tryChangeGate(services, current, change));
}

/** Tries to replace the gate once. Returns false when it has changed in the meantime. */
export async function tryChangeGate(
  { metadata }: Pick<LookUpServices, "metadata">,
  { id, gate, gateVersion }: Bucket,
  change: (gate: GateRecord) => GateRecord,
): Promise<boolean> {
  const value = gateRecords.encode(change(gate));
  // While a bucket is being deleted, only the deletion writes its gate.
  if (gate.state !== "active") return false;
  const key = gateRecords.key(id);
  const committed = await commitOnce(metadata, {
    checks: [{ key, version: gateVersion }],
    puts: [{ key, value }],
    deletes: [],
  });
  return committed.ok;
}

/**
 * Repeats an attempt, on the bucket as it is then, until it returns true. Throws NoSuchBucket,
 * ServiceUnavailable.
 */
export async function untilDone(
  services: LookUpServices,
  bucket: Bucket,
  attempt: (current: Bucket) => Promise<boolean>,
): Promise<void> {
  let current: Bucket | undefined = bucket;
  for (let tries = 0; tries < maxTries && current?.record.id === bucket.record.id; tries += 1) {
    if (tries > 0) await pauseBeforeTry(tries);
    if (await attempt(current)) return;
    current = (await lookUp(services, bucket.name)).bucket;
  }
  // Another bucket may have taken the name.
  if (current?.record.id !== bucket.record.id) {
    throw new OssError("NoSuchBucket", { BucketName: bucket.name });
  }
  throw new OssError("ServiceUnavailable");
}
