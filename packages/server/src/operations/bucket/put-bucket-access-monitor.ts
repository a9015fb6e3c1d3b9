// PutBucketAccessMonitor: the gate says since when accesses are tracked, because reads look at it.
import { OssError } from "@ossicle/protocol";
import { readConfig, writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Turns the tracking of last access times on or off. */
export const putBucketAccessMonitor: Handler<"putBucketAccessMonitor"> = async (
  { services, bucket },
  { status },
) => {
  const since = bucket.gate.tracksAccess ?? { sinceMs: services.clock() };
  const tracksAccess = status === "Enabled" ? since : undefined;
  if (tracksAccess === undefined) {
    const { rules = [] } = (await readConfig(services, bucket, "lifecycle")) ?? {};
    const areUsed = rules.some(({ transitions, noncurrentVersionTransitions }) =>
      [...transitions, ...noncurrentVersionTransitions].some((move) => move.isAccessTime === true),
    );
    if (areUsed) throw new OssError("AccessMonitorDisableNotAllowed", { BucketName: bucket.name });
  }
  const gate = { tracksAccess };
  await writeConfig(services, bucket, { name: "access-monitor", value: { status }, gate });
  return { output: {} };
};
