// Checks lifecycle rules against each other: rules over the same objects, and the order in which an
// object moves down (PutBucketLifecycle documentation, ECs 0014-00000079 to 84).
import { type LifecycleRule, OssError, type StorageClass } from "@ossicle/protocol";
import { rankOf } from "../../objects/records/storage-ranks.ts";

/**
 * Throws InvalidRequest for two enabled rules over the same objects with the same action, and
 * InvalidArgument where they move an object in the wrong order.
 */
export function checkOverlaps(rules: readonly LifecycleRule[], isAllowed: boolean): void {
  const enabled = rules
    .filter(({ status }) => status === "Enabled")
    .map((rule) => ({ rule, tags: tagsOf(rule) }));
  for (const [index, { rule: one, tags }] of enabled.entries()) {
    for (const { rule: other, tags: otherTags } of enabled.slice(index + 1)) {
      // OSS does not say whether rules of different tags overlap. Here they do not.
      if (tags !== otherTags || !arePrefixes(one.prefix, other.prefix)) continue;
      // Never allowed (integration test of the Go SDK V1).
      if (one.abortMultipartUpload !== undefined && other.abortMultipartUpload !== undefined) {
        throw overlapping("AbortMultipartUpload");
      }
      if (isAllowed) continue;
      const action = sharedAction(one, other);
      if (action !== undefined) throw overlapping(action);
      checkOrder([one, other]);
    }
  }
}

function tagsOf({ tags }: LifecycleRule): string {
  const pairs = tags.map(({ key, value }) => JSON.stringify([key, value]));
  return pairs.toSorted((one, other) => (one < other ? -1 : 1)).join();
}

function arePrefixes(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

function sharedAction(one: LifecycleRule, other: LifecycleRule): string | undefined {
  if (one.expiration !== undefined && other.expiration !== undefined) return "Expiration";
  const isShared = one.transitions.some(({ storageClass }) =>
    other.transitions.some((transition) => transition.storageClass === storageClass),
  );
  if (isShared) return "Transition";
  const [first, second] = [one.noncurrentVersionExpiration, other.noncurrentVersionExpiration];
  return first !== undefined && second !== undefined ? "NoncurrentVersionExpiration" : undefined;
}

function overlapping(action: string): OssError<"InvalidRequest"> {
  const message = `Overlap for same action type ${action}`;
  return new OssError("InvalidRequest", {}, { message, ec: "0014-00000084" });
}

interface Step {
  /** The storage class; `Expiration` for the last step. */
  readonly name: string;
  readonly rank: number;
  readonly days: number | undefined;
}

/** The rank of the removal, after all storage classes. */
const removalRank = 5;

/**
 * Checks that colder classes, and the removal, come later than warmer ones. Days and dates cannot
 * be compared, so rules over the same objects use one of them.
 */
export function checkOrder(rules: readonly LifecycleRule[]): void {
  const current = rules.flatMap(({ transitions, expiration }) => [
    ...transitions.map(({ storageClass, days }) => stepTo(storageClass, days)),
    ...(expiration === undefined || expiration.expiredObjectDeleteMarker === true
      ? []
      : [{ name: "Expiration", rank: removalRank, days: expiration.days }]),
  ]);
  const noncurrent = rules.flatMap((rule) => [
    ...rule.noncurrentVersionTransitions.map(({ storageClass, noncurrentDays }) =>
      stepTo(storageClass, noncurrentDays),
    ),
    ...(rule.noncurrentVersionExpiration === undefined
      ? []
      : [
          {
            name: "Expiration",
            rank: removalRank,
            days: rule.noncurrentVersionExpiration.noncurrentDays,
          },
        ]),
  ]);
  for (const steps of [current, noncurrent]) checkSteps(steps);
}

function stepTo(storageClass: string, days: number | undefined): Step {
  // checkLifecycle has checked the class.
  return { name: storageClass, rank: rankOf(storageClass as StorageClass), days };
}

function checkSteps(steps: readonly Step[]): void {
  const sorted = steps.toSorted((one, other) => one.rank - other.rank);
  for (const [index, later] of sorted.entries()) {
    const earlier = sorted[index - 1];
    if (earlier === undefined || earlier.rank === later.rank) continue;
    if ((earlier.days === undefined) !== (later.days === undefined)) throw mixed(earlier, later);
    if (earlier.days === undefined || later.days === undefined) continue;
    if (later.days <= earlier.days) throw wrongOrder(earlier, later);
  }
}

function described({ name, rank }: Step): string {
  return rank === removalRank ? name : `Transition for StorageClass ${name}`;
}

function mixed(earlier: Step, later: Step): OssError<"InvalidRequest"> {
  const message =
    "Found mixed CreatedBeforeDate and Days based " +
    `${described(later)} and ${described(earlier)} actions`;
  return new OssError("InvalidRequest", {}, { message, ec: "0014-00000080" });
}

function wrongOrder(earlier: Step, later: Step): OssError<"InvalidArgument"> {
  const action =
    later.rank === removalRank
      ? "Expiration action"
      : `Transition action for StorageClass ${later.name}`;
  const message =
    `Days in the ${action} must be more than the ` +
    `Transition action for StorageClass ${earlier.name}`;
  const details = { ArgumentName: "Days", ArgumentValue: String(later.days) };
  return new OssError("InvalidArgument", details, { message, ec: "0014-00000082" });
}
