// Decides what lifecycle rules do to one version or one upload. The decision depends on its
// arguments only. Days count from the next midnight UTC; dates name a midnight UTC. The sources are
// in docs/reference/protocol/bucket-settings.md.
import type {
  LifecycleNoncurrentTransition,
  LifecycleRule,
  LifecycleTransition,
  StorageClass,
} from "@ossicle/protocol";
import type { ObjectRecord } from "../records/records.ts";
import { dayMs, nextMidnight } from "../../time/midnight.ts";
import { rankOf } from "../records/storage-ranks.ts";

/** A version as rules see it. */
export interface JudgedVersion {
  readonly key: string;
  readonly record: Pick<ObjectRecord, "size" | "tags" | "storageClass" | "type">;
  /** When it was last modified; for a noncurrent version, when it became noncurrent. */
  readonly sinceMs: number;
  /** When it was last accessed; undefined where the bucket does not track that. */
  readonly accessedMs: number | undefined;
}

/** What is due: nothing, its removal, or another storage class. */
export type Due = "nothing" | "removal" | StorageClass;

/** The end of a number of days: they begin at the first midnight UTC at or after a time. */
export function endOfDays(sinceMs: number, days: number): number {
  return (Math.ceil(sinceMs / dayMs) + days) * dayMs;
}

/** What is due for a current version. A removal takes precedence, then the coldest class. */
export function dueOfCurrent(
  rules: readonly LifecycleRule[],
  version: JudgedVersion,
  nowMs: number,
): Due {
  const fitting = rules.filter((rule) => concerns(rule, version));
  const isRemoved = fitting.some(({ expiration }) => isPast(expiration, version.sinceMs, nowMs));
  if (isRemoved) return "removal";
  const transitions = fitting.flatMap((rule) => rule.transitions);
  return coldest(
    transitions.filter((transition) => isMoveDue(transition, version, nowMs)),
    version,
  );
}

/** What is due for a noncurrent version. */
export function dueOfNoncurrent(
  rules: readonly LifecycleRule[],
  version: JudgedVersion,
  nowMs: number,
): Due {
  const fitting = rules.filter((rule) => concerns(rule, version));
  const isOver = (days: number | undefined): boolean =>
    days !== undefined && nowMs >= endOfDays(version.sinceMs, days);
  if (fitting.some((rule) => isOver(rule.noncurrentVersionExpiration?.noncurrentDays))) {
    return "removal";
  }
  const transitions = fitting.flatMap((rule) => rule.noncurrentVersionTransitions);
  return coldest(
    transitions.filter(({ noncurrentDays: days, ...transition }) =>
      isMoveDue({ ...transition, days }, version, nowMs),
    ),
    version,
  );
}

/** When rules remove a current version, and the rule that does. */
export interface Expiry {
  readonly atMs: number;
  readonly ruleId: string;
}

/** The earliest removal of a current version; undefined where no rule removes it. */
export function expiryOf(
  rules: readonly LifecycleRule[],
  version: Pick<JudgedVersion, "key" | "record" | "sinceMs">,
  nowMs: number,
): Expiry | undefined {
  const [first] = rules
    .filter((rule) => concerns(rule, version))
    .flatMap(({ id: ruleId = "", expiration }) => {
      const atMs = expiration && timeOf(expiration, version.sinceMs, nowMs);
      return atMs === undefined ? [] : [{ atMs, ruleId }];
    })
    .toSorted((one, other) => one.atMs - other.atMs);
  return first;
}

// The next run removes a version from before `CreatedBeforeDate`. Runs begin at midnight UTC.
function timeOf(time: Time, sinceMs: number, nowMs: number): number | undefined {
  const { days, createdBeforeDate, date } = time;
  if (days !== undefined) return endOfDays(sinceMs, days);
  if (createdBeforeDate !== undefined) {
    return sinceMs < Date.parse(createdBeforeDate) ? nextMidnight(nowMs) : undefined;
  }
  return date !== undefined && sinceMs < Date.parse(date) ? Date.parse(date) : undefined;
}

/** Whether a read moves a version back from the class IA. */
export function returnsToStandard(
  rules: readonly LifecycleRule[],
  version: Pick<JudgedVersion, "key" | "record">,
): boolean {
  if (version.record.storageClass !== "IA") return false;
  return rules
    .flatMap((rule) =>
      concerns(rule, version) ? [...rule.transitions, ...rule.noncurrentVersionTransitions] : [],
    )
    .some(({ isAccessTime, returnToStdWhenVisit, storageClass }) => {
      return isAccessTime === true && returnToStdWhenVisit === true && storageClass === "IA";
    });
}

/** Whether a delete marker of a key is removed when the key has no other version. */
export function removesMarker(rules: readonly LifecycleRule[], key: string): boolean {
  return rules.some(
    ({ status, prefix, expiration, filter }) =>
      status === "Enabled" &&
      key.startsWith(prefix) &&
      filter?.not.some((one) => key.startsWith(one.prefix)) !== true &&
      expiration?.expiredObjectDeleteMarker === true,
  );
}

/** Whether an unfinished upload is aborted. */
export function isUploadDue(
  rules: readonly LifecycleRule[],
  { key, startedMs }: { readonly key: string; readonly startedMs: number },
  nowMs: number,
): boolean {
  return rules.some(
    ({ status, prefix, abortMultipartUpload }) =>
      status === "Enabled" &&
      key.startsWith(prefix) &&
      isPast(abortMultipartUpload, startedMs, nowMs),
  );
}

interface Time {
  readonly days?: number;
  readonly createdBeforeDate?: string;
  readonly date?: string;
}

/**
 * Size below which an object is moved by its last access only if `AllowSmallFile` is not false, in
 * bytes (lifecycle rules based on the last access time: 64 KB).
 */
const smallFileBytes = 65_536;

// Days count from the last access where the transition says so.
function isMoveDue(
  transition: LifecycleTransition,
  { sinceMs, accessedMs, record }: JudgedVersion,
  nowMs: number,
): boolean {
  const { isAccessTime, allowSmallFile } = transition;
  if (isAccessTime !== true) return isPast(transition, sinceMs, nowMs);
  if (accessedMs === undefined) return false;
  if (allowSmallFile === false && record.size < smallFileBytes) return false;
  return isPast(transition, accessedMs, nowMs);
}

// The documentation does not explain `Date` any more. Here it acts from that day on, and on objects
// from before it.
function isPast(time: Time | undefined, sinceMs: number, nowMs: number): boolean {
  if (time === undefined) return false;
  const { days, createdBeforeDate, date } = time;
  if (days !== undefined) return nowMs >= endOfDays(sinceMs, days);
  if (createdBeforeDate !== undefined) return sinceMs < Date.parse(createdBeforeDate);
  return date !== undefined && sinceMs < Date.parse(date) && nowMs >= Date.parse(date);
}

function concerns(
  rule: LifecycleRule,
  { key, record }: Pick<JudgedVersion, "key" | "record">,
): boolean {
  const { status, prefix, tags, filter } = rule;
  if (status !== "Enabled" || !key.startsWith(prefix) || !hasTags(record, tags)) return false;
  if (filter === undefined) return true;
  const { objectSizeGreaterThan: min, objectSizeLessThan: max, not } = filter;
  if (min !== undefined && record.size <= min) return false;
  if (max !== undefined && record.size >= max) return false;
  return !not.some(
    (one) => key.startsWith(one.prefix) && (one.tag === undefined || hasTags(record, [one.tag])),
  );
}

function hasTags({ tags = [] }: JudgedVersion["record"], wanted: LifecycleRule["tags"]): boolean {
  return wanted.every(({ key, value }) =>
    tags.some(([tagKey, tagValue]) => tagKey === key && tagValue === value),
  );
}

// OSS does not move symlinks, and keeps appendable objects out of the two coldest classes.
function coldest(
  transitions: readonly (LifecycleTransition | LifecycleNoncurrentTransition)[],
  { record }: JudgedVersion,
): Due {
  if (record.type === "Symlink") return "nothing";
  const hottest = rankOf(record.storageClass);
  const limit = record.type === "Appendable" ? rankOf("Archive") : Number.POSITIVE_INFINITY;
  const classes = transitions
    .map(({ storageClass }) => storageClass as StorageClass) // PutBucketLifecycle has checked it
    .filter((name) => rankOf(name) > hottest && rankOf(name) <= limit)
    .toSorted((one, other) => rankOf(other) - rankOf(one));
  return classes[0] ?? "nothing";
}
