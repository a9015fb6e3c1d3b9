// InitiateBucketWorm: the policy is in the gate, so that every commit that removes bytes checks it.
import { randomBytes } from "node:crypto";
import { changeWorm } from "../../objects/buckets/change-worm.ts";
import { invalidWorm } from "../../objects/buckets/worm-errors.ts";
import { wormState } from "../../objects/versions/retention.ts";
import type { Handler } from "../handler.ts";

/** Sets a retention policy. */
export const initiateBucketWorm: Handler<"initiateBucketWorm"> = async (
  { services, bucket },
  { retentionPeriodInDays: days },
) => {
  const wormId = randomBytes(16).toString("hex").toUpperCase();
  await changeWorm(services, bucket, ({ worm, objectWorm, versioning }) => {
    if (objectWorm !== undefined) {
      throw invalidWorm("The objects of the bucket have retentions of their own.");
    }
    if (worm !== undefined) {
      const state = wormState(worm, services.clock());
      const advice = "Remove it, or extend it if it is locked.";
      throw invalidWorm(`The bucket already has a retention policy (${state}). ${advice}`);
    }
    // A suspended bucket overwrites its objects (retention documentation, December 2025).
    if (versioning === "Suspended") {
      const why = "A bucket whose versioning is suspended cannot have a retention policy.";
      throw invalidWorm(why, "0027-00000003");
    }
    return { id: wormId, days, createdMs: services.clock() };
  });
  return { output: { wormId } };
};
