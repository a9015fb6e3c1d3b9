// Finds a bucket by its id, for background work.
import { gateRecords } from "../records/key-space.ts";
import type { Bucket } from "./bucket.ts";
import { lookUp, type LookUpServices } from "./look-up.ts";

/** The bucket of an id; undefined where it is gone. */
export async function findBucketById(
  services: LookUpServices,
  id: Uint8Array,
): Promise<Bucket | undefined> {
  const [gate] = await services.metadata.getMany([gateRecords.key(id)]);
  if (gate === undefined) return undefined;
  const { bucket } = await lookUp(services, gateRecords.decode(gate.value).name, undefined, []);
  return bucket !== undefined && Buffer.from(bucket.id).equals(id) ? bucket : undefined;
}
