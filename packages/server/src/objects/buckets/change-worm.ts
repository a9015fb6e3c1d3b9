// Changes the retention policy in a bucket's gate.
import type { GateRecord, WormRecord } from "../records/records.ts";
import type { Bucket } from "./bucket.ts";
import { changeGate } from "./change-gate.ts";
import type { LookUpServices } from "./look-up.ts";

/**
 * Replaces the policy by the result of `change`, which throws to refuse. Throws NoSuchBucket,
 * ServiceUnavailable.
 */
export async function changeWorm(
  services: LookUpServices,
  bucket: Bucket,
  change: (gate: GateRecord) => WormRecord | undefined,
): Promise<void> {
  await changeGate(services, bucket, (gate) => ({ ...gate, worm: change(gate) }));
}
