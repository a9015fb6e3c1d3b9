// What a retention policy protects: every version, until its days after the last modification are
// over. Reading, and writing new keys or versions, is not affected.
import { OssError, type WormState } from "@ossicle/protocol";
import { dayMs } from "../../time/midnight.ts";
import type { GateRecord, ObjectRecord, WormRecord } from "../records/records.ts";

/** How long a policy may wait to be locked, in milliseconds (retention documentation: 24 hours). */
const lockWithinMs = dayMs;

/** The state of a policy. */
export function wormState({ isLocked, createdMs }: WormRecord, nowMs: number): WormState {
  if (isLocked === true) return "Locked";
  return nowMs < createdMs + lockWithinMs ? "InProgress" : "Expired";
}

/** Whether a version must stay as it is. A delete marker has no bytes, and is not protected. */
export function isProtected(
  { worm }: Pick<GateRecord, "worm">,
  { modifiedMs, deleteMarker }: Pick<ObjectRecord, "modifiedMs" | "deleteMarker">,
  nowMs: number,
): boolean {
  if (worm === undefined || deleteMarker === true) return false;
  return wormState(worm, nowMs) !== "Expired" && nowMs < modifiedMs + worm.days * dayMs;
}

/** Throws FileImmutable for a version that must stay as it is. */
export function requireMutable(
  gate: Pick<GateRecord, "worm">,
  record: Pick<ObjectRecord, "modifiedMs" | "deleteMarker">,
  nowMs: number,
): void {
  if (isProtected(gate, record, nowMs)) throw new OssError("FileImmutable");
}
