// Gives a version another storage class. Its bytes and its Last-Modified stay what they are.
import type { StorageClass } from "@ossicle/protocol";
import type { ChangingServices, KeyTarget } from "./change-key.ts";
import { updateVersion } from "./update-version.ts";
import { isColderThanArchive } from "../records/storage-ranks.ts";
import type { ObjectRecord } from "../records/records.ts";
import { versionIdOf } from "../records/version-id.ts";

/** Which version, and its new class. */
export interface Move {
  readonly record: ObjectRecord;
  readonly to: StorageClass;
}

class OtherVersionError extends Error {
  override readonly name: string = "OtherVersionError";
}

/** Whether a version is as it was judged: its tags, its size, and all else. */
export function isSameRecord(one: ObjectRecord, other: ObjectRecord): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Moves a version. Returns false where it is not the judged one any more. */
export async function moveVersion(
  services: ChangingServices,
  target: KeyTarget,
  { record: judged, to }: Move,
): Promise<boolean> {
  const versionId = versionIdOf(judged);
  try {
    const moved = await updateVersion(services, { ...target, versionId }, (record) => {
      if (!isSameRecord(record, judged)) throw new OtherVersionError();
      const transitionedMs = isColderThanArchive(to) ? services.clock() : undefined;
      return { record: { ...record, storageClass: to, restore: undefined, transitionedMs } };
    });
    return moved !== undefined;
  } catch (cause) {
    if (cause instanceof OtherVersionError) return false;
    throw cause;
  }
}
