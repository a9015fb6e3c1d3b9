// When a version was last accessed: read, or written. Times count from when the tracking began
// (documentation of access tracking).
import type { GateRecord, ObjectRecord } from "../records/records.ts";

/** The last access, in milliseconds since 1970; undefined where the bucket does not track it. */
export function lastAccessOf(
  { tracksAccess }: Pick<GateRecord, "tracksAccess">,
  { accessedMs = 0, modifiedMs }: Pick<ObjectRecord, "accessedMs" | "modifiedMs">,
): number | undefined {
  if (tracksAccess === undefined) return undefined;
  return Math.max(tracksAccess.sinceMs, accessedMs, modifiedMs);
}
