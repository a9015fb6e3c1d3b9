// Gives a version another storage class. Its bytes and its Last-Modified stay what they are.
import type { StorageClass } from "@ossicle/protocol";
import type { ChangingServices, KeyTarget } from "./change-key.ts";
import { updateVersion } from "./update-version.ts";
import type { ObjectRecord } from "../records/records.ts";
import { versionIdOf } from "../records/version-id.ts";

/** Which version, and its new class. */
export interface Move {
  readonly record: Pick<ObjectRecord, "id" | "order" | "versioned">;
  readonly to: StorageClass;
}

class OtherVersionError extends Error {
  override readonly name: string = "OtherVersionError";
}

/** Moves a version. Returns false where there is no such version any more. */
export async function moveVersion(
  services: ChangingServices,
  target: KeyTarget,
  { record: judged, to }: Move,
): Promise<boolean> {
  const versionId = versionIdOf(judged);
  try {
    const moved = await updateVersion(services, { ...target, versionId }, (record) => {
      if (record.id !== judged.id) throw new OtherVersionError();
      return { record: { ...record, storageClass: to, restore: undefined } };
    });
    return moved !== undefined;
  } catch (cause) {
    if (cause instanceof OtherVersionError) return false;
    throw cause;
  }
}
