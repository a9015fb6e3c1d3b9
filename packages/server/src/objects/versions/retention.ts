// What is retained. A bucket's policy protects every version, until its days after the last
// modification are over. A version may have a retention and a hold of its own (ObjectWorm). Neither
// affects reads, nor writes of new keys and versions.
import { OssError, type WormState } from "@ossicle/protocol";
import { dayMs } from "../../time/midnight.ts";
import type {
  GateRecord,
  ObjectDescription,
  ObjectRecord,
  RetentionRecord,
  WormRecord,
} from "../records/records.ts";

/** How long a policy may wait to be locked, in milliseconds (retention documentation: 24 hours). */
const lockWithinMs = dayMs;

/** The state of a policy. */
export function wormState({ isLocked, createdMs }: WormRecord, nowMs: number): WormState {
  if (isLocked === true) return "Locked";
  return nowMs < createdMs + lockWithinMs ? "InProgress" : "Expired";
}

/** The part of a version that decides whether it is protected. */
type Retained = Pick<ObjectRecord, "modifiedMs" | "deleteMarker" | "retention" | "legalHold">;

/** When something happens, and whether it may bypass a retention in GOVERNANCE mode. */
export interface Occasion {
  readonly nowMs: number;
  readonly mayBypass?: boolean | undefined;
}

/** Whether a version must stay as it is. A delete marker has no bytes, and is not protected. */
export function isProtected(
  { worm }: Pick<GateRecord, "worm">,
  record: Retained,
  occasion: Occasion,
): boolean {
  if (record.deleteMarker === true) return false;
  if (record.legalHold === "ON" || isRetained(record, occasion)) return true;
  const { nowMs } = occasion;
  if (worm === undefined || wormState(worm, nowMs) === "Expired") return false;
  return nowMs < record.modifiedMs + worm.days * dayMs;
}

function isRetained({ retention }: Retained, { nowMs, mayBypass }: Occasion): boolean {
  if (retention === undefined || nowMs >= retention.untilMs) return false;
  return retention.mode === "COMPLIANCE" || mayBypass !== true;
}

/** Throws FileImmutable for a version that must stay as it is. */
export function requireMutable(
  gate: Pick<GateRecord, "worm">,
  record: Retained,
  occasion: Occasion,
): void {
  if (isProtected(gate, record, occasion)) throw new OssError("FileImmutable");
}

/**
 * The retention that replaces that of a version. A retention that has not ended keeps its mode, and
 * may be made longer; in GOVERNANCE mode it may be made shorter by a bypass. Throws FileImmutable.
 */
export function changedRetention(
  record: Retained,
  to: RetentionRecord,
  occasion: Occasion,
): RetentionRecord {
  const { retention: from } = record;
  if (from === undefined || occasion.nowMs >= from.untilMs) return to;
  const isShorter = to.untilMs < from.untilMs;
  if (to.mode !== from.mode || (isShorter && isRetained(record, occasion))) {
    throw new OssError("FileImmutable");
  }
  return to;
}

/** A new version, with the default retention of its bucket unless it has its own. */
export function retainedByDefault(
  object: ObjectDescription,
  { objectWorm }: Pick<GateRecord, "objectWorm">,
  nowMs: number,
): ObjectDescription {
  const rule = objectWorm?.rule;
  if (rule === undefined || object.retention !== undefined || object.deleteMarker === true) {
    return object;
  }
  const { mode, days, years = 0 } = rule;
  return { ...object, retention: { mode, untilMs: after(nowMs, days, years) } };
}

// Whole seconds, as in a document, so that the same date can be set again.
function after(nowMs: number, days: number | undefined, years: number): number {
  const sinceMs = Math.ceil(nowMs / 1_000) * 1_000;
  if (days !== undefined) return sinceMs + days * dayMs;
  const end = new Date(sinceMs);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  return end.getTime();
}
