// What the commit of a new version does with the current one. In a bucket without versioning it
// removes the current version. With versioning the current version becomes noncurrent. While
// versioning is suspended, only the key's `null` version is removed.
import type { Put } from "@ossicle/store";
import type { ChangingServices, KeyTarget } from "./change-key.ts";
import { type Head, payloadOf } from "../records/head.ts";
import { headRecords, referenceRecords, versionRecords } from "../records/key-space.ts";
import type { ObjectRecord } from "../records/records.ts";
import { garbagePut } from "../records/references.ts";
import { versionPlace } from "../records/version-id.ts";
import { requireMutable } from "./retention.ts";

/** Writes of a commit. */
export interface Writes {
  readonly puts: readonly Put[];
  readonly deletes: readonly Uint8Array[];
}

/** The writes that displace a head, and the place of the key's `null` version afterwards. */
export interface Displacement extends Writes {
  readonly nullPlace?: string | undefined;
}

/**
 * Returns the writes that displace the head; undefined when the key has changed in the meantime.
 * Throws FileImmutable for bytes that a retention policy protects.
 */
export function displace(
  services: Pick<ChangingServices, "metadata">,
  target: KeyTarget,
  nowMs: number,
): Displacement | Promise<Displacement | undefined> {
  const { head, bucket } = target;
  if (head === undefined) return { puts: [], deletes: [] };
  const { versioning } = bucket.gate;
  const { record } = head;
  if (versioning === undefined) {
    requireMutable(bucket.gate, record, { nowMs });
    return dropReferences(record, nowMs);
  }
  if (versioning === "Enabled") {
    const nullPlace = record.versioned === true ? record.nullPlace : placeOf(record);
    return keepHead(services, { ...target, head }, nullPlace);
  }
  if (record.versioned !== true) {
    requireMutable(bucket.gate, record, { nowMs });
    return dropReferences(record, nowMs);
  }
  return keepAndDropNull(services, { ...target, head }, nowMs);
}

/** The writes that remove a version's references, and mark their blobs as possible garbage. */
export function dropReferences(record: ObjectRecord, nowMs: number): Writes {
  const puts: Put[] = [];
  const deletes: Buffer[] = [];
  const owner = Buffer.from(record.id, "hex");
  for (const ref of refsOf(record)) {
    deletes.push(referenceRecords.key(ref, owner));
    puts.push(garbagePut(ref, nowMs));
  }
  return { puts, deletes };
}

/** The blobs, or the manifest, that a version refers to by its own id. */
export function refsOf({
  extents = [],
  manifest,
}: Pick<ObjectRecord, "extents" | "manifest">): readonly Buffer[] {
  const names = new Set(extents.map(([ref]) => ref));
  if (manifest !== undefined) names.add(manifest.id);
  return [...names].map((name) => Buffer.from(name, "hex"));
}

/**
 * The small body of a head, read now if the look-up did not read it. Returns undefined when the
 * head has changed in the meantime.
 */
export async function wholeHead(
  services: Pick<ChangingServices, "metadata">,
  { bucket, key }: Pick<KeyTarget, "bucket" | "key">,
  head: Head,
): Promise<{ readonly payload: Uint8Array | undefined } | undefined> {
  if (head.payload !== "not read") return { payload: payloadOf(head) };
  const [entry] = await services.metadata.getMany([headRecords.key(bucket.id, key)]);
  return entry?.version === head.version ? { payload: entry.payload } : undefined;
}

/** A record to put, with its small body if it has one. */
export function putRecord(
  kind: typeof headRecords | typeof versionRecords,
  key: Uint8Array,
  record: ObjectRecord,
  payload: Uint8Array | undefined,
): Put {
  const value = kind.encode(record);
  return payload === undefined ? { key, value } : { key, value, payload };
}

/** A version's place among those of its key, in hex. */
export function placeOf(record: ObjectRecord): string {
  return Buffer.from(versionPlace(record.order, record.id)).toString("hex");
}

type WithHead = KeyTarget & { readonly head: Head };

async function keepHead(
  services: Pick<ChangingServices, "metadata">,
  target: WithHead,
  nullPlace: string | undefined,
): Promise<Displacement | undefined> {
  const whole = await wholeHead(services, target, target.head);
  if (whole === undefined) return undefined;
  const { record } = target.head;
  const key = versionRecords.key(
    target.bucket.id,
    target.key,
    versionPlace(record.order, record.id),
  );
  const kept = putRecord(versionRecords, key, { ...record, nullPlace: undefined }, whole.payload);
  return { puts: [kept], deletes: [], nullPlace };
}

async function keepAndDropNull(
  services: Pick<ChangingServices, "metadata">,
  target: WithHead,
  nowMs: number,
): Promise<Displacement | undefined> {
  const kept = await keepHead(services, target, undefined);
  const { nullPlace } = target.head.record;
  if (kept === undefined || nullPlace === undefined) return kept;
  const key = versionRecords.key(target.bucket.id, target.key, Buffer.from(nullPlace, "hex"));
  const [entry] = await services.metadata.getMany([key], { payloads: false });
  if (entry === undefined) return undefined; // another writer was first
  const record = versionRecords.decode(entry.value);
  requireMutable(target.bucket.gate, record, { nowMs });
  const dropped = dropReferences(record, nowMs);
  return {
    puts: [...kept.puts, ...dropped.puts],
    deletes: [...dropped.deletes, key],
  };
}
