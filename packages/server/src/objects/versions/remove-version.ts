// Removes versions. A removal by key removes the current version, or adds a delete marker in a
// bucket with versioning. A removal by id removes exactly one version, and the next older one
// becomes current if needed.
import { OssError } from "@ossicle/protocol";
import {
  type Attempt,
  changeKey,
  type ChangingServices,
  commitToKey,
  type KeyCommitted,
  type KeyTarget,
  SourceChangedError,
  unchanged,
} from "./change-key.ts";
import { dropReferences, putRecord, wholeHead } from "./displace.ts";
import { findPlace } from "./find-version.ts";
import type { Head } from "../records/head.ts";
import type { Companions } from "./reveal-object.ts";
import { writeObject } from "./write-object.ts";
import { headRecords, versionRecords } from "../records/key-space.ts";
import type { ObjectDescription, ObjectRecord } from "../records/records.ts";
import { versionIdOf, versionPlace } from "../records/version-id.ts";
import { type Occasion, requireMutable } from "./retention.ts";

/** What a removal did, as OSS reports it. */
export interface Removal {
  /**
   * Id of the delete marker that was created, or of the version that the request named; absent in a
   * bucket that was never versioned.
   */
  readonly versionId?: string;
  /** Set when a delete marker was created or removed. */
  readonly deleteMarker?: true;
}

/** A delete marker, before its commit gives it a place. */
export const marker: ObjectDescription = {
  deleteMarker: true,
  size: 0,
  etag: "",
  crc64: "0",
  type: "Normal",
  storageClass: "Standard",
  contentType: "",
};

/**
 * Removes the current version of a key, or adds a delete marker in a bucket with versioning. A
 * missing key is no error.
 */
export async function removeObject(
  services: ChangingServices,
  target: KeyTarget,
): Promise<Removal> {
  if (target.bucket.gate.versioning !== undefined) return mark(services, target);
  const removal = await changeKey<Removal | "versioned">(services, target, async (current) => {
    const { head, bucket, key } = current;
    if (bucket.gate.versioning !== undefined) return { done: "versioned" }; // meanwhile
    if (head === undefined) return { done: {} };
    requireMutable(bucket.gate, head.record, { nowMs: services.clock() });
    const dropped = dropReferences(head.record, services.clock());
    const committed = await commitToKey(services, current, {
      puts: dropped.puts,
      deletes: [headRecords.key(bucket.id, key), ...dropped.deletes],
    });
    return committed.ok ? { done: {} } : committed.changed;
  });
  return removal === "versioned" ? mark(services, target) : removal;
}

async function mark(services: ChangingServices, target: KeyTarget): Promise<Removal> {
  const { record } = await writeObject(services, target, { record: marker });
  return { versionId: versionIdOf(record), deleteMarker: true };
}

/**
 * Removes one version. A missing version is not an error. Throws FileImmutable for a version that
 * is retained.
 */
export function removeVersion(
  services: ChangingServices,
  { mayBypass, ...target }: KeyTarget & Pick<Occasion, "mayBypass">,
  versionId: string,
): Promise<Removal> {
  return changeKey<Removal>(services, target, async (current) => {
    const { head } = current;
    const never = current.bucket.gate.versioning === undefined;
    const place = head === undefined ? undefined : findPlace(head, versionId);
    if (head === undefined || place === undefined) {
      return unchanged<Removal>(services, current, never ? {} : { versionId });
    }
    const attempt = await (place === "current"
      ? removeCurrent(services, { ...current, head, mayBypass })
      : removeNoncurrent(services, { ...current, head, mayBypass }, place));
    if (!("done" in attempt)) return attempt;
    const { deleteMarker } = attempt.done ?? {};
    return { done: never ? {} : { versionId, ...(deleteMarker === true ? { deleteMarker } : {}) } };
  });
}

/**
 * Removes exactly the version that an upload wrote, whether it is current or noncurrent by now.
 * Returns `gone` when it no longer exists, even if another writer removed it, `protected` when a
 * retention policy keeps it, and `changed` when a companion's check fails.
 */
export async function removeWritten(
  services: ChangingServices,
  target: KeyTarget & { readonly written: Pick<ObjectRecord, "id" | "order"> },
  companions: Companions,
): Promise<"removed" | "gone" | "protected" | "changed"> {
  const { id, order } = target.written;
  try {
    return await changeKey<"removed" | "gone">(services, target, async (current) => {
      const { head } = current;
      if (head === undefined) return unchanged(services, current, "gone");
      const attempt = await (head.record.id === id
        ? removeCurrent(services, { ...current, head }, companions)
        : removeNoncurrent(services, { ...current, head }, versionPlace(order, id), companions));
      if (!("done" in attempt)) return attempt;
      return { done: attempt.done === undefined ? "gone" : "removed" };
    });
  } catch (cause) {
    if (cause instanceof SourceChangedError) return "changed";
    if (cause instanceof OssError && cause.code === "FileImmutable") return "protected";
    throw cause;
  }
}

type WithHead = KeyTarget & Pick<Occasion, "mayBypass"> & { readonly head: Head };
type Removed = Attempt<ObjectRecord | undefined>;

const alone: Companions = { checks: [], puts: [], deletes: [] };

function removedBy(record: ObjectRecord, committed: KeyCommitted, { checks }: Companions): Removed {
  if (committed.ok) return { done: record };
  const hold = checks.every(({ version }, at) => committed.rest[at]?.version === version);
  return hold ? committed.changed : { changed: "source" };
}

/** Removes a key's head; the next older version becomes current. One try. */
export async function removeCurrent(
  services: ChangingServices,
  target: WithHead,
  companions: Companions = alone,
): Promise<Removed> {
  const { bucket, key, head, mayBypass } = target;
  const { record } = head;
  requireMutable(bucket.gate, record, { nowMs: services.clock(), mayBypass });
  const at = headRecords.key(bucket.id, key);
  const dropped = dropReferences(record, services.clock());
  const { rows } = await services.metadata.scan({
    ...versionRecords.range(bucket.id, key),
    limit: 1,
  });
  const [row] = rows;
  let puts = [...companions.puts, ...dropped.puts];
  let deletes = [...companions.deletes, ...dropped.deletes, at];
  if (row !== undefined && "entry" in row) {
    const [next] = await services.metadata.getMany([row.entry.key]);
    if (next === undefined) return { changed: "head" };
    const promoted = versionRecords.decode(next.value);
    const nullPlace = promoted.versioned === true ? record.nullPlace : undefined;
    puts = [...puts, putRecord(headRecords, at, { ...promoted, nullPlace }, next.payload)];
    deletes = [...companions.deletes, ...dropped.deletes, next.key];
  }
  const { checks } = companions;
  const committed = await commitToKey(services, target, { checks, puts, deletes });
  return removedBy(record, committed, companions);
}

/** Removes a noncurrent version of a key. One try. */
export async function removeNoncurrent(
  services: ChangingServices,
  target: WithHead,
  place: Uint8Array,
  companions: Companions = alone,
): Promise<Removed> {
  const { bucket, key, head, mayBypass } = target;
  const at = versionRecords.key(bucket.id, key, place);
  const [entry] = await services.metadata.getMany([at], { payloads: false });
  // It has been removed, or promoted meanwhile.
  if (entry === undefined) return unchanged(services, target, undefined);
  const whole = await wholeHead(services, target, head);
  if (whole === undefined) return { changed: "head" };
  const record = versionRecords.decode(entry.value);
  requireMutable(bucket.gate, record, { nowMs: services.clock(), mayBypass });
  const dropped = dropReferences(record, services.clock());
  const nullPlace = record.versioned === true ? head.record.nullPlace : undefined;
  const committed = await commitToKey(services, target, {
    checks: companions.checks,
    puts: [
      ...companions.puts,
      ...dropped.puts,
      putRecord(
        headRecords,
        headRecords.key(bucket.id, key),
        { ...head.record, nullPlace },
        whole.payload,
      ),
    ],
    deletes: [...companions.deletes, ...dropped.deletes, at],
  });
  return removedBy(record, committed, companions);
}
