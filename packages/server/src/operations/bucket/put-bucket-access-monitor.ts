// PutBucketAccessMonitor: the gate says since when accesses are tracked, because reads look at it.
import { OssError } from "@ossicle/protocol";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import { tryChangeGate, untilDone } from "../../objects/buckets/change-gate.ts";
import type { Handler } from "../handler.ts";
import { countsFromAccess } from "./check-lifecycle.ts";

/** Turns the tracking of last access times on or off. */
export const putBucketAccessMonitor: Handler<"putBucketAccessMonitor"> = async (
  { services, bucket },
  { status },
) => {
  await untilDone(services, bucket, async (current) => {
    const { tracksAccess: before } = current.gate;
    const since = before ?? { sinceMs: services.clock() };
    const tracksAccess = status === "Enabled" ? since : undefined;
    if (tracksAccess === undefined) {
      // Rules that count from the last access write the gate too, so that its check finds them.
      const { rules = [] } = (await readConfig(services, current, "lifecycle")) ?? {};
      if (rules.some(countsFromAccess)) {
        throw new OssError("AccessMonitorDisableNotAllowed", { BucketName: bucket.name });
      }
    }
    return tryChangeGate(services, current, (gate) => ({ ...gate, tracksAccess }));
  });
  return { output: {} };
};
