// GetBucketWorm: returns the policy of the gate.
import { noSuchWorm } from "../../objects/buckets/worm-errors.ts";
import { wormState } from "../../objects/versions/retention.ts";
import type { Handler } from "../handler.ts";

/** Reads a bucket's retention policy. */
export const getBucketWorm: Handler<"getBucketWorm"> = async ({ services, bucket }) => {
  const { worm } = bucket.gate;
  if (worm === undefined) throw noSuchWorm(bucket.name);
  return {
    output: {
      wormId: worm.id,
      state: wormState(worm, services.clock()),
      retentionPeriodInDays: worm.days,
      creationDate: `${new Date(worm.createdMs).toISOString().slice(0, -"000Z".length)}000Z`,
    },
  };
};
