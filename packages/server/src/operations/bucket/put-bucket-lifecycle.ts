// PutBucketLifecycle: checks the rules and stores them, with the job that applies them.
import { randomBytes, randomUUID } from "node:crypto";
import type { LifecycleRule } from "@ossicle/protocol";
import { tryWriteConfig } from "../../objects/buckets/bucket-config.ts";
import { untilDone } from "../../objects/buckets/change-gate.ts";
import { bucketJob } from "../../objects/records/bucket-job.ts";
import type { Handler } from "../handler.ts";
import { checkLifecycle } from "./check-lifecycle.ts";
import { checkOverlaps } from "./check-lifecycle-overlaps.ts";

/** Sets a bucket's lifecycle rules. */
export const putBucketLifecycle: Handler<"putBucketLifecycle"> = async (
  { services, bucket },
  { rules: given, allowSameActionOverlap = false },
) => {
  const rules = given.map(inNewForm);
  checkLifecycle(rules, bucket.gate.tracksAccess !== undefined);
  checkOverlaps(rules, allowSameActionOverlap);
  const token = randomBytes(8).toString("hex");
  const value = { rules: rules.map(withId), token };
  const nowMs = services.clock();
  const puts = [bucketJob("lifecycle", { bucket: bucket.id, token }, { dueMs: nowMs, nowMs })];
  // The gate is written in the same commit, so that access tracking cannot be turned off meanwhile.
  const gate = { hasExpiration: rules.some(removesObjects) || undefined };
  await untilDone(services, bucket, (current) => {
    checkLifecycle(rules, current.gate.tracksAccess !== undefined);
    return tryWriteConfig(services, current, { name: "lifecycle", value, puts, gate });
  });
  return { output: {} };
};

function removesObjects({ status, expiration }: LifecycleRule): boolean {
  const isForMarkers = expiration?.expiredObjectDeleteMarker === true;
  return status === "Enabled" && expiration !== undefined && !isForMarkers;
}

// ali-oss still has the older form, and sends both.
function inNewForm({ days, date, ...rule }: LifecycleRule): LifecycleRule {
  if (rule.expiration !== undefined) return rule;
  if (days !== undefined) return { ...rule, expiration: { days } };
  return date === undefined ? rule : { ...rule, expiration: { date } };
}

function withId(rule: LifecycleRule): LifecycleRule {
  return rule.id === undefined || rule.id === "" ? { ...rule, id: randomUUID() } : rule;
}
