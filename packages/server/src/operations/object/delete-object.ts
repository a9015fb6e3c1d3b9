// DeleteObject: removes the current version, or adds a delete marker in a bucket with versioning.
// With a version id, it removes that version.
import { removeObject, removeVersion } from "../../objects/versions/remove-version.ts";
import type { Handler } from "../handler.ts";
import { checkVersionId } from "./require-version.ts";

/** Removes an object. A missing one is no error. */
export const deleteObject: Handler<"deleteObject"> = async ({ services, bucket, head }, input) => {
  const { key, versionId, bypassGovernanceRetention: mayBypass } = input;
  const target = { bucket, key, head };
  if (versionId === undefined) return { output: await removeObject(services, target) };
  checkVersionId(versionId);
  return { output: await removeVersion(services, { ...target, mayBypass }, versionId) };
};
