// Checks each lifecycle rule on its own. The ECs are those of OSS's pages 0014-000000nn; which code
// belongs to them is known from the SDKs' integration tests only in part.
import {
  type LifecycleAbort,
  type LifecycleExpiration,
  type LifecycleFilter,
  type LifecycleRule,
  type LifecycleTransition,
  OssError,
} from "@ossicle/protocol";
import { transitionClasses } from "../../objects/records/storage-ranks.ts";
import { checkOrder } from "./check-lifecycle-overlaps.ts";

/** Most rules of a bucket (EC 0014-00000014). */
const maxRules = 1_000;

/** Longest id of a rule (EC 0014-00000019). */
const maxIdLength = 255;

/** Longest prefix in bytes (EC 0014-00000022). */
const maxPrefixBytes = 1_023;

/** Most transitions of a rule: one for each storage class below Standard. */
const maxTransitions = 4;

/**
 * Checks the rules of a bucket that tracks last access times, or does not. Throws MalformedXML,
 * InvalidArgument, InvalidRequest.
 */
export function checkLifecycle(rules: readonly LifecycleRule[], tracksAccess: boolean): void {
  if (rules.length === 0) throw malformed("The document has no Rule.", "13");
  if (rules.length > maxRules) throw invalid("Rule", String(rules.length), "14");
  const ids = new Set<string>();
  for (const rule of rules) {
    const { id = "" } = rule;
    if (id.length > maxIdLength) throw invalid("ID", id, "19");
    if (id !== "" && ids.has(id)) throw invalid("ID", id, "20");
    ids.add(id);
    checkRule(rule);
    checkAccessTimes(rule, tracksAccess);
  }
}

// The declaration makes every member that an element has; a missing element leaves it undefined.
function checkRule(rule: Partial<LifecycleRule>): void {
  const { prefix, status, tags = [], filter, expiration, abortMultipartUpload: abort } = rule;
  if (prefix === undefined) throw malformed("A Rule needs a Prefix.", "21");
  if (Buffer.byteLength(prefix) > maxPrefixBytes) throw invalid("Prefix", prefix, "22");
  if (status === undefined) throw malformed("A Rule needs a Status.", "25");
  if (status !== "Enabled" && status !== "Disabled")
    throw malformed("Status must be Enabled or Disabled.", "24");
  checkTags(tags);
  if (tags.length > 0 && (abort !== undefined || isMarkerRule(expiration))) {
    throw invalid("Tag", tags[0]?.key ?? "", "27");
  }
  if (filter !== undefined) checkFilter(filter, { ...rule, prefix });
  if (expiration !== undefined) checkExpiration(expiration);
  if (abort !== undefined) checkAbort(abort);
  const { transitions = [], noncurrentVersionTransitions: noncurrent = [] } = rule;
  if (transitions.length > maxTransitions) throw invalid("Transition", "", "43");
  if (noncurrent.length > maxTransitions) throw invalid("NoncurrentVersionTransition", "", "67");
  transitions.forEach(checkTransition);
  for (const { noncurrentDays, ...transition } of noncurrent) {
    // The member is undefined if the element is missing.
    const days = noncurrentDays as number | undefined;
    if (days === undefined) throw malformed("NoncurrentDays is missing.", "64");
    checkTransition({ ...transition, days });
  }
  const expires = rule.noncurrentVersionExpiration;
  if (expires !== undefined && (expires.noncurrentDays as number | undefined) === undefined) {
    throw malformed("NoncurrentDays is missing.", "70");
  }
  const hasAction = expiration ?? abort ?? expires ?? transitions.at(0) ?? noncurrent.at(0);
  if (hasAction === undefined) throw malformed("A Rule needs an action.", "17");
  checkOrder([
    { ...rule, prefix, status, tags, transitions, noncurrentVersionTransitions: noncurrent },
  ]);
}

function isMarkerRule(expiration: LifecycleExpiration | undefined): boolean {
  return expiration?.expiredObjectDeleteMarker === true;
}

function checkTags(tags: NonNullable<LifecycleRule["tags"]>): void {
  const keys = new Set<string>();
  for (const tag of tags) {
    // Absent where an element is.
    const { key, value } = tag as { readonly key?: string; readonly value?: string };
    if (key === undefined || value === undefined) {
      throw malformed("A Tag needs a Key and a Value.", "28");
    }
    if (key === "") throw invalid("Key", key, "30");
    if (keys.has(key)) throw invalid("Key", key, "29");
    if (!/^[\w +\-=.:/\p{L}\p{N}]*$/u.test(key + value)) throw invalid("Tag", key, "31");
    keys.add(key);
  }
}

/** The sizes that a filter may name, in bytes (PutBucketLifecycle documentation: 5 TB). */
const maxFilterSize = 5 * 2 ** 40;

function checkFilter(
  { not, objectSizeGreaterThan: min, objectSizeLessThan: max }: LifecycleFilter,
  rule: Partial<LifecycleRule> & { readonly prefix: string },
): void {
  for (const size of [min, max]) {
    if (size !== undefined && (size <= 0 || size > maxFilterSize)) {
      throw invalid("ObjectSize", String(size), "41");
    }
  }
  if (min !== undefined && max !== undefined && min >= max) {
    throw invalid("ObjectSizeGreaterThan", String(min), "41");
  }
  // A marker and an upload have no size.
  const isOfSize = rule.abortMultipartUpload === undefined && !isMarkerRule(rule.expiration);
  if ((min !== undefined || max !== undefined) && !isOfSize) throw invalid("ObjectSize", "", "41");
  if (not.length > 1) throw malformed("A Filter has at most one Not.", "89");
  for (const { prefix, tag } of not as readonly { prefix?: string; tag?: { key: string } }[]) {
    if (prefix === undefined) throw malformed("A Not needs a Prefix.", "88");
    const isSame = prefix === rule.prefix && tag === undefined;
    if (!prefix.startsWith(rule.prefix) || isSame) throw invalid("Prefix", prefix, "35");
    if (rule.tags?.some(({ key }) => key === tag?.key) === true) {
      throw invalid("Tag", tag?.key ?? "", "36");
    }
    if (rule.abortMultipartUpload !== undefined) throw invalid("AbortMultipartUpload", "", "71");
  }
}

function checkExpiration(expiration: LifecycleExpiration): void {
  const { days, createdBeforeDate, date, expiredObjectDeleteMarker: marker } = expiration;
  const times = [days, createdBeforeDate, date].filter((time) => time !== undefined);
  const exactlyOne =
    "Expiration takes exactly one of Days, Date, CreatedBeforeDate and ExpiredObjectDeleteMarker.";
  if (marker === true && times.length > 0) throw malformed(exactlyOne, "59");
  if (marker !== true && times.length === 0) throw malformed(exactlyOne, "60");
  if (times.length > 1) throw malformed(exactlyOne, "61");
  checkDate(createdBeforeDate ?? date);
}

function checkAbort({ days, createdBeforeDate, date }: LifecycleAbort): void {
  const times = [days, createdBeforeDate, date].filter((time) => time !== undefined);
  const exactlyOne = "AbortMultipartUpload takes exactly one of Days and CreatedBeforeDate.";
  if (times.length === 0) throw malformed(exactlyOne, "73");
  if (times.length > 1) throw malformed(exactlyOne, "74");
  checkDate(createdBeforeDate ?? date);
}

function checkTransition(transition: LifecycleTransition): void {
  const { days, createdBeforeDate, isAccessTime } = transition;
  // The member is undefined if the element is missing.
  const storageClass = transition.storageClass as string | undefined;
  if (storageClass === undefined) throw malformed("StorageClass is missing.", "45");
  if (!transitionClasses.has(storageClass)) throw invalid("StorageClass", storageClass, "44");
  if ((days === undefined) === (createdBeforeDate === undefined)) {
    throw malformed("A transition has either Days or CreatedBeforeDate.", "50");
  }
  checkDate(createdBeforeDate);
  if (isAccessTime === true) {
    if (createdBeforeDate !== undefined) throw invalid("IsAccessTime", "true", "47");
  } else if (transition.returnToStdWhenVisit === true || transition.allowSmallFile === true) {
    throw invalid("IsAccessTime", "false", "55");
  }
}

/** Whether days of a rule count from the last access. */
export function countsFromAccess({
  transitions,
  noncurrentVersionTransitions: noncurrent,
}: Pick<LifecycleRule, "transitions" | "noncurrentVersionTransitions">): boolean {
  return [...transitions, ...noncurrent].some(({ isAccessTime }) => isAccessTime === true);
}

// Rules that count from the last access need it tracked (integration test of the Java SDK), and a
// filter by size excludes `AllowSmallFile`.
function checkAccessTimes(
  { transitions, noncurrentVersionTransitions, filter }: LifecycleRule,
  tracksAccess: boolean,
): void {
  if (!tracksAccess && countsFromAccess({ transitions, noncurrentVersionTransitions })) {
    throw malformed("IsAccessTime needs PutBucketAccessMonitor.", "13");
  }
  for (const move of [...transitions, ...noncurrentVersionTransitions]) {
    const isSized =
      filter?.objectSizeGreaterThan !== undefined || filter?.objectSizeLessThan !== undefined;
    if (isSized && move.allowSmallFile !== undefined) {
      throw invalid("AllowSmallFile", String(move.allowSmallFile), "54");
    }
  }
}

// Midnight UTC, as in `2026-01-01T00:00:00.000Z` (EC 0014-00000087).
function checkDate(date: string | undefined): void {
  if (date === undefined) return;
  const ms = Date.parse(date);
  const isMidnight = /^\d{4}-\d{2}-\d{2}T00:00:00(?:\.000)?(?:Z|\+00:00)$/.test(date);
  if (!isMidnight || Number.isNaN(ms)) throw invalid("CreatedBeforeDate", date, "87");
}

function malformed(detail: string, number: string): OssError<"MalformedXML"> {
  return new OssError("MalformedXML", { ErrorDetail: detail }, { ec: `0014-000000${number}` });
}

function invalid(name: string, value: string, number: string): OssError<"InvalidArgument"> {
  const details = { ArgumentName: name, ArgumentValue: value };
  return new OssError("InvalidArgument", details, { ec: `0014-000000${number}` });
}
