// Removals of versions that were judged before, by lifecycle rules. Each returns false where the
// version is not the judged one any more.
import { changeKey, type ChangingServices, type KeyTarget, unchanged } from "./change-key.ts";
import type { Head } from "../records/head.ts";
import type { ObjectRecord } from "../records/records.ts";
import { marker, removeCurrent, removeNoncurrent } from "./remove-version.ts";
import { writeObject } from "./write-object.ts";
import { versionRecords } from "../records/key-space.ts";
import { versionPlace } from "../records/version-id.ts";
import { isSameRecord } from "./move-version.ts";

/** A key whose head was judged. */
export interface JudgedKey extends KeyTarget {
  readonly head: Head;
}

/** Removes a key's head. */
export async function removeIfUnchanged(
  services: ChangingServices,
  target: JudgedKey,
): Promise<boolean> {
  return "done" in (await removeCurrent(services, target));
}

class ChangedError extends Error {
  override readonly name: string = "ChangedError";
}

/** Puts a delete marker over a key's head. */
export async function markIfUnchanged(
  services: ChangingServices,
  target: JudgedKey,
): Promise<boolean> {
  const guard = ({ head }: KeyTarget): void => {
    if (head?.version !== target.head.version) throw new ChangedError();
  };
  try {
    await writeObject(services, { ...target, guard }, { record: marker });
    return true;
  } catch (cause) {
    if (cause instanceof ChangedError) return false;
    throw cause;
  }
}

/** A noncurrent version that was judged by itself and by the next newer version of its key. */
export interface NoncurrentTarget extends KeyTarget {
  readonly judged: ObjectRecord;
  readonly newer: Pick<ObjectRecord, "id" | "order">;
}

/**
 * Removes a noncurrent version, if it and the next newer version are as they were judged. Every
 * change of a key's versions writes its head, which the commit checks.
 */
export function removeIfNoncurrent(
  services: ChangingServices,
  { judged, newer, ...target }: NoncurrentTarget,
): Promise<boolean> {
  const { bucket, key } = target;
  const placeOf = ({ order, id }: typeof newer): Uint8Array => versionPlace(order, id);
  return changeKey(services, target, async (current) => {
    const { head } = current;
    if (head === undefined) return unchanged(services, current, false);
    const [own, next] = await services.metadata.getMany(
      [judged, newer].map((one) => versionRecords.key(bucket.id, key, placeOf(one))),
      { payloads: false },
    );
    const isSame = own !== undefined && isSameRecord(versionRecords.decode(own.value), judged);
    const isNext = head.record.id === newer.id || next !== undefined;
    if (!isSame || !isNext) return unchanged(services, current, false);
    const attempt = await removeNoncurrent(services, { ...current, head }, placeOf(judged));
    return "done" in attempt ? { done: attempt.done !== undefined } : attempt;
  });
}
