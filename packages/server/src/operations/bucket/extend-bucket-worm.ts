// ExtendBucketWorm: a locked policy can only get more days.
import { changeWorm } from "../../objects/buckets/change-worm.ts";
import { invalidWorm, requireWorm } from "../../objects/buckets/worm-errors.ts";
import type { Handler } from "../handler.ts";

/** Makes the retention of a locked policy longer. */
export const extendBucketWorm: Handler<"extendBucketWorm"> = async (
  { services, bucket },
  { wormId, retentionPeriodInDays: days },
) => {
  await changeWorm(services, bucket, (gate) => {
    const worm = requireWorm(gate, bucket.name, wormId);
    if (worm.isLocked !== true) throw invalidWorm("The retention policy is not locked.");
    if (days <= worm.days)
      throw invalidWorm(`The retention must be longer than ${worm.days} days.`);
    return { ...worm, days };
  });
  return { output: {} };
};
