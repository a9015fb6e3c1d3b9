// Reveals or discards a hidden version. A revealed version gets a new order, and becomes the
// current one of its key. In both cases the delivery's record changes in the same commit.
import { OssError } from "@ossicle/protocol";
import type { Check, Entry, Put } from "@ossicle/store";
import { type ChangingServices, SourceChangedError } from "./change-key.ts";
import { commitOnce } from "../records/commit.ts";
import { dropReferences } from "./displace.ts";
import { lookUp } from "../buckets/look-up.ts";
import { refuseOverwriting, writeObject } from "./write-object.ts";
import { hiddenRecords } from "../records/key-space.ts";
import type { HiddenRecord, ObjectRecord } from "../records/records.ts";
import { asSeen } from "./hide-object.ts";

/** Where a hidden version is stored. */
export interface HiddenPlace {
  readonly bucketName: string;
  readonly bucketId: Uint8Array;
  readonly deliveryId: Uint8Array;
}

/** Checks and writes that join the commit. */
export interface Companions {
  readonly checks: readonly Check[];
  readonly puts: readonly Put[];
  readonly deletes: readonly Uint8Array[];
}

/** A hidden version that is there. */
export interface FoundHidden {
  readonly place: HiddenPlace;
  readonly entry: Entry;
  readonly record: HiddenRecord;
}

/** Finds a hidden version; undefined when the version is not hidden, or no longer. */
export async function findHidden(
  { metadata }: Pick<ChangingServices, "metadata">,
  place: HiddenPlace,
): Promise<FoundHidden | undefined> {
  const [entry] = await metadata.getMany([hiddenRecords.key(place.bucketId, place.deliveryId)]);
  if (entry === undefined) return undefined;
  return { place, entry, record: hiddenRecords.decode(entry.value) };
}

/**
 * Makes a hidden version the current one. Returns `overtaken` when the key has a version that it
 * must not overwrite, and `changed` when the bucket or the hidden version no longer exists, or a
 * companion's check fails.
 */
export async function revealObject(
  services: ChangingServices,
  { place, entry, record: hidden }: FoundHidden,
  companions: (record: ObjectRecord) => Companions,
): Promise<ObjectRecord | "overtaken" | "changed"> {
  const { bucket, head } = await lookUp(services, place.bucketName, hidden.key);
  if (bucket === undefined || Buffer.compare(bucket.id, place.bucketId) !== 0) return "changed";
  const { checks, deletes } = companions(asSeen(hidden));
  try {
    const { record } = await writeObject(
      services,
      {
        bucket,
        key: hidden.key,
        head,
        guard: hidden.forbidOverwrite === true ? refuseOverwriting : undefined,
        alongside: (_nowMs, written) => ({
          puts: written === undefined ? [] : companions(written).puts,
          made: undefined,
        }),
      },
      {
        record: hidden.object,
        id: Buffer.from(hidden.id, "hex"),
        ...(entry.payload === undefined ? {} : { payload: entry.payload }),
        learntFrom: [{ key: entry.key, version: entry.version }, ...checks],
        deletes: [entry.key, ...deletes],
      },
    );
    return record;
  } catch (cause) {
    if (cause instanceof SourceChangedError) return "changed";
    const { code } = cause instanceof OssError ? cause : {};
    if (code === "FileAlreadyExists" || code === "FileImmutable") return "overtaken";
    throw cause;
  }
}

/**
 * Discards a hidden version. Returns false when it no longer exists, or a companion's check fails.
 */
export async function discardHidden(
  { metadata, clock }: Pick<ChangingServices, "metadata" | "clock">,
  { entry, record }: FoundHidden,
  companions: Companions,
): Promise<boolean> {
  const dropped = dropReferences(asSeen(record), clock());
  const committed = await commitOnce(metadata, {
    checks: [{ key: entry.key, version: entry.version }, ...companions.checks],
    puts: [...dropped.puts, ...companions.puts],
    deletes: [entry.key, ...dropped.deletes, ...companions.deletes],
  });
  return committed.ok;
}
