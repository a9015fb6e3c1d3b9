// CompleteBucketWorm: locks the policy, if it is the one of the id and has not ended.
import { changeWorm } from "../../objects/buckets/change-worm.ts";
import { invalidWorm, requireWorm } from "../../objects/buckets/worm-errors.ts";
import { wormState } from "../../objects/versions/retention.ts";
import type { Handler } from "../handler.ts";

/** Locks a retention policy. */
export const completeBucketWorm: Handler<"completeBucketWorm"> = async (
  { services, bucket },
  { wormId },
) => {
  await changeWorm(services, bucket, (gate) => {
    const worm = requireWorm(gate, bucket.name, wormId);
    if (wormState(worm, services.clock()) === "Expired") {
      throw invalidWorm("The retention policy was not locked within 24 hours.");
    }
    return { ...worm, isLocked: true };
  });
  return { output: {} };
};
