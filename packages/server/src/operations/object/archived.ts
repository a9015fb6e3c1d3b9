// Objects of archive classes: they can be read only after a restore, and only for some days.
import { OssError, type StorageClass } from "@ossicle/protocol";
import type { ObjectRecord } from "../../objects/records/records.ts";

const archiveClasses: ReadonlySet<StorageClass> = new Set([
  "Archive",
  "ColdArchive",
  "DeepColdArchive",
]);

/** Whether objects of a class have to be restored before they can be read. */
export function isArchive(storageClass: StorageClass): boolean {
  return archiveClasses.has(storageClass);
}

/** How far a restore has come. */
export type RestoreState = "none" | "ongoing" | "restored";

/** The state of an archived object's restore. */
export function restoreState(
  { restore }: Pick<ObjectRecord, "restore">,
  nowMs: number,
): RestoreState {
  if (restore === undefined || nowMs >= restore.expiresMs) return "none";
  return nowMs < restore.readyMs ? "ongoing" : "restored";
}

/** Throws InvalidObjectState for an object that cannot be read now. */
export function refuseArchived(
  record: ObjectRecord,
  { key, nowMs }: { readonly key: string; readonly nowMs: number },
): void {
  if (!isArchive(record.storageClass) || record.type === "Symlink") return;
  if (restoreState(record, nowMs) === "restored") return;
  throw new OssError("InvalidObjectState", { ObjectName: key });
}

/** The header `x-oss-restore`; undefined for an object that is not being restored. */
export function restoreHeader(
  record: Pick<ObjectRecord, "restore">,
  nowMs: number,
): string | undefined {
  const state = restoreState(record, nowMs);
  if (state === "none" || record.restore === undefined) return undefined;
  if (state === "ongoing") return 'ongoing-request="true"';
  const expiry = new Date(record.restore.expiresMs).toUTCString();
  return `ongoing-request="false", expiry-date="${expiry}"`;
}
