// PutBucketObjectWormConfiguration: the default is in the gate, which every commit checks.
import type { DefaultRetention, ObjectWormRule } from "@ossicle/protocol";
import { changeGate } from "../../objects/buckets/change-gate.ts";
import { invalidWorm } from "../../objects/buckets/worm-errors.ts";
import type { Handler } from "../handler.ts";
import { malformedDocument } from "./malformed-document.ts";

/** Turns retention of single objects on. */
export const putBucketObjectWormConfiguration: Handler<"putBucketObjectWormConfiguration"> = async (
  { services, bucket },
  { rule },
) => {
  if (rule !== undefined) checkRule(rule);
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

// A missing element leaves its member undefined.
function checkRule({ defaultRetention }: Partial<ObjectWormRule>): void {
  if (defaultRetention === undefined) throw malformedDocument("A Rule needs a DefaultRetention.");
  const { mode, days, years }: Partial<DefaultRetention> = defaultRetention;
  if (mode === undefined) throw malformedDocument("A default retention needs a Mode.");
  if ((days === undefined) === (years === undefined)) {
    throw malformedDocument("A default retention has either Days or Years.");
  }
}
