// InitiateBucketWorm: the policy is in the gate, so that every commit that removes bytes checks it.
import { randomBytes } from "node:crypto";
import { changeWorm, invalidWorm } from "../../objects/buckets/change-worm.ts";
import { wormState } from "../../objects/versions/worm.ts";
import type { Handler } from "../handler.ts";

/** Sets a retention policy. */
export const initiateBucketWorm: Handler<"initiateBucketWorm"> = async (
  { services, bucket },
  { retentionPeriodInDays: days },
) => {
  const wormId = randomBytes(16).toString("hex").toUpperCase();
  await changeWorm(services, bucket, ({ worm, versioning }) => {
    if (worm !== undefined) {
      const state = wormState(worm, services.clock());
      throw invalidWorm(`The bucket has a retention policy, which is ${state}.`);
    }
    // A suspended bucket overwrites its objects (retention documentation, December 2025).
    if (versioning === "Suspended") {
      throw invalidWorm("A bucket with suspended versioning cannot have one.", "0027-00000003");
    }
    return { id: wormId, days, createdMs: services.clock() };
  });
  return { output: { wormId } };
};
