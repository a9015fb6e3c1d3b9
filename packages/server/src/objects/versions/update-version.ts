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

/** A version's new record, and what else its change has found. */
export interface VersionChange {
  readonly record: ObjectRecord;
}

/**
 * Changes a version's record, and returns the result of `change`. Returns undefined when there is
 * no such version, or the current one is a delete marker. An error that `change` throws is passed
 * on.
 */
export function updateVersion<Change extends VersionChange>(
  services: ChangingServices,
  target: KeyTarget & { readonly versionId: string | undefined },
  change: (record: ObjectRecord) => Change,
): Promise<Change | undefined> {
  return changeKey<Change | undefined>(services, target, async (current) => {
    const { head, bucket, key } = current;
    const nothing = (): Promise<Attempt<Change | undefined>> =>
      unchanged<Change | undefined>(services, current, undefined);
    if (head === undefined) return nothing();
    const { versionId } = target;
    const place = versionId === undefined ? "current" : findPlace(head, versionId);
    if (place === undefined) return nothing();
    const whole = await wholeHead(services, current, head);
    if (whole === undefined) return { changed: "head" };
    const at = headRecords.key(bucket.id, key);
    if (place === "current") {
      if (head.record.deleteMarker === true) return nothing();
      const changed = change(head.record);
      const puts = [putRecord(headRecords, at, changed.record, whole.payload)];
      return outcome(changed, await commitToKey(services, current, { puts, deletes: [] }));
    }
    const noncurrent = versionRecords.key(bucket.id, key, place);
    const [entry] = await services.metadata.getMany([noncurrent]);
    if (entry === undefined) return nothing(); // or it was promoted meanwhile
    const changed = change(versionRecords.decode(entry.value));
    // The head is written too, unchanged: it is the lock of every version.
    const puts = [
      putRecord(versionRecords, noncurrent, changed.record, entry.payload),
      putRecord(headRecords, at, head.record, whole.payload),
    ];
    return outcome(changed, await commitToKey(services, current, { puts, deletes: [] }));
  });
}

function outcome<Change>(
  changed: Change,
  committed: Awaited<ReturnType<typeof commitToKey>>,
): Attempt<Change> {
  return committed.ok ? { done: changed } : committed.changed;
}
