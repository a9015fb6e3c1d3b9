// PutBucketObjectWormConfiguration: the default is in the gate, which every commit checks.
import { changeGate } from "../../objects/buckets/change-gate.ts";
import { invalidWorm } from "../../objects/buckets/worm-errors.ts";
import type { Handler } from "../handler.ts";
import { malformedDocument } from "./malformed-document.ts";

/** Turns retention of single objects on. */
export const putBucketObjectWormConfiguration: Handler<"putBucketObjectWormConfiguration"> = async (
  { services, bucket },
  { rule },
) => {
  const { days, years } = rule?.defaultRetention ?? { days: 1 };
  if ((days === undefined) === (years === undefined)) {
    throw malformedDocument("A default retention has either Days or Years.");
  }
  await changeGate(services, bucket, (gate) => {
    if (gate.worm !== undefined) {
      throw invalidWorm("The bucket has a retention policy, so its objects cannot have their own.");
    }
    if (gate.versioning !== "Enabled") {
      throw invalidWorm("Retention of single objects requires that versioning is enabled.");
    }
    return { ...gate, objectWorm: rule === undefined ? {} : { rule: rule.defaultRetention } };
  });
  return { output: {} };
};
