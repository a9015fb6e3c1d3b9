// Removals of versions that were judged before, by lifecycle rules. Each returns false where the
// version is not the judged one any more.
import { changeKey, type ChangingServices, type KeyTarget, unchanged } from "./change-key.ts";
import type { Head } from "../records/head.ts";
import type { ObjectRecord } from "../records/records.ts";
import { marker, removeCurrent, removeNoncurrent } from "./remove-version.ts";
import { writeObject } from "./write-object.ts";
import { versionPlace } from "../records/version-id.ts";

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

/** Removes a version, unless it has become current again. */
export function removeIfNoncurrent(
  services: ChangingServices,
  target: KeyTarget,
  { id, order }: Pick<ObjectRecord, "id" | "order">,
): Promise<boolean> {
  return changeKey(services, target, async (current) => {
    const { head } = current;
    if (head === undefined) return unchanged(services, current, false);
    if (head.record.id === id) return { done: false };
    const place = versionPlace(order, id);
    const attempt = await removeNoncurrent(services, { ...current, head }, place);
    return "done" in attempt ? { done: attempt.done !== undefined } : attempt;
  });
}
