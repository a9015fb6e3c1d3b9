// Replaces the record of one version in place: its ACL, its tags, its restore. Its bytes stay what
// they are.
import {
  type Attempt,
  changeKey,
  type ChangingServices,
  commitToKey,
  type KeyTarget,
  unchanged,
} from "./change-key.ts";
import { putRecord, wholeHead } from "./displace.ts";
import { findPlace } from "./find-version.ts";
import { headRecords, versionRecords } from "../records/key-space.ts";
import type { ObjectRecord } from "../records/records.ts";

/**
 * Changes a version's record, and returns the new one. Returns undefined when there is no such
 * version, or the current one is a delete marker. An error that `change` throws is passed on.
 */
export function updateVersion(
  services: ChangingServices,
  target: KeyTarget & { readonly versionId: string | undefined },
  change: (record: ObjectRecord) => ObjectRecord,
): Promise<ObjectRecord | undefined> {
  return changeKey<ObjectRecord | undefined>(services, target, async (current) => {
    const { head, bucket, key } = current;
    const nothing = (): Promise<Attempt<ObjectRecord | undefined>> =>
      unchanged<ObjectRecord | undefined>(services, current, undefined);
    if (head === undefined) return nothing();
    const { versionId } = target;
    const place = versionId === undefined ? "current" : findPlace(head, versionId);
    if (place === undefined) return nothing();
    const whole = await wholeHead(services, current, head);
    if (whole === undefined) return { changed: "head" };
    const at = headRecords.key(bucket.id, key);
    if (place === "current") {
      if (head.record.deleteMarker === true) return nothing();
      const record = change(head.record);
      const puts = [putRecord(at, record, whole.payload)];
      return outcome(record, await commitToKey(services, current, { puts, deletes: [] }));
    }
    const noncurrent = versionRecords.key(bucket.id, key, place);
    const [entry] = await services.metadata.getMany([noncurrent]);
    if (entry === undefined) return nothing(); // or it was promoted meanwhile
    const record = change(headRecords.decode(entry.value));
    // The head is written too, unchanged: it is the lock of every version.
    const puts = [
      putRecord(noncurrent, record, entry.payload),
      putRecord(at, head.record, whole.payload),
    ];
    return outcome(record, await commitToKey(services, current, { puts, deletes: [] }));
  });
}

function outcome(
  record: ObjectRecord,
  committed: Awaited<ReturnType<typeof commitToKey>>,
): Attempt<ObjectRecord> {
  return committed.ok ? { done: record } : committed.changed;
}
