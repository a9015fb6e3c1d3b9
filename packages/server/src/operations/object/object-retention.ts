// The retention that an upload's headers, or a document, give a version.
import {
  maxDefaultRetention,
  type ObjectRetention,
  OssError,
  type Retention,
  shownValue,
} from "@ossicle/protocol";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import type { ObjectRecord, RetentionRecord } from "../../objects/records/records.ts";

/** Throws InvalidRequest where objects cannot be retained one by one. */
export function requireObjectWorm({ gate }: Pick<Bucket, "gate">): void {
  if (gate.objectWorm !== undefined) return;
  const message =
    "The bucket has no retention of single objects (PutBucketObjectWormConfiguration).";
  throw new OssError("InvalidRequest", {}, { message });
}

/** Throws OperationNotSupported for an appendable object, which cannot be retained. */
export function refuseAppendable({ type }: Pick<ObjectRecord, "type">): void {
  if (type === "Appendable") throw notForAppendable();
}

/** The error where retention and appends meet (documentation of ObjectWorm). */
export function notForAppendable(): OssError<"OperationNotSupported"> {
  return new OssError("OperationNotSupported", { ResourceType: "Appendable" });
}

/** What an upload's headers say. Throws InvalidArgument, InvalidRequest. */
export function retentionOfUpload(
  { gate }: Pick<Bucket, "gate">,
  input: ObjectRetention,
  nowMs: number,
): Pick<ObjectRecord, "retention" | "legalHold"> {
  const {
    objectWormMode: mode,
    objectWormRetainUntilDate: date,
    objectWormLegalHold: legalHold,
  } = input;
  if (mode === undefined && date === undefined && legalHold === undefined) return {};
  requireObjectWorm({ gate });
  const held = legalHold === undefined ? {} : { legalHold };
  if (mode !== undefined && date !== undefined) {
    return { ...held, retention: retentionOf({ mode, retainUntilDate: date }, nowMs) };
  }
  if (mode === undefined && date === undefined) return held;
  const missing =
    mode === undefined ? "x-oss-object-worm-mode" : "x-oss-object-worm-retain-until-date";
  const message = "A retention needs both its mode and its date.";
  throw new OssError("InvalidArgument", { ArgumentName: missing, ArgumentValue: "" }, { message });
}

/** Longest retention in years: that of a default (SDKs for Python and Go). */
const maxYears = maxDefaultRetention.years;

// ISO 8601 in UTC. The fraction of the second is optional.
const dateForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

// Whole seconds; NaN for what is no date. `Date.parse` would take 31 February for 3 March.
function parseDate(text: string): number {
  const ms = dateForm.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text.slice(0, 19))) {
    return Number.NaN;
  }
  return Math.floor(ms / 1_000) * 1_000;
}

/**
 * Reads a retention. Throws InvalidArgument for a date that is malformed, past, or too far ahead.
 */
export function retentionOf({ mode, retainUntilDate }: Retention, nowMs: number): RetentionRecord {
  const untilMs = parseDate(retainUntilDate);
  const latest = new Date(nowMs);
  latest.setUTCFullYear(latest.getUTCFullYear() + maxYears);
  if (untilMs > nowMs && untilMs <= latest.getTime()) return { mode, untilMs };
  const message = Number.isNaN(untilMs)
    ? "The retain until date must have the form 2026-11-30T12:00:00.000Z."
    : `The retain until date must be in the future, and at most ${maxYears} years ahead.`;
  const details = { ArgumentName: "RetainUntilDate", ArgumentValue: shownValue(retainUntilDate) };
  throw new OssError("InvalidArgument", details, { message });
}

/** What reads show of a version's retention. */
export function shownRetention({
  retention,
  legalHold,
}: Pick<ObjectRecord, "retention" | "legalHold">): ObjectRetention {
  return {
    ...(retention === undefined
      ? {}
      : {
          objectWormMode: retention.mode,
          objectWormRetainUntilDate: new Date(retention.untilMs).toISOString(),
        }),
    ...(legalHold === undefined ? {} : { objectWormLegalHold: legalHold }),
  };
}
