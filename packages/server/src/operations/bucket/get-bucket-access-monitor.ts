// GetBucketAccessMonitor: whether the gate says that accesses are tracked.
import type { Handler } from "../handler.ts";

/** Reads whether last access times are tracked. */
export const getBucketAccessMonitor: Handler<"getBucketAccessMonitor"> = ({ bucket }) =>
  Promise.resolve({
    output: { status: bucket.gate.tracksAccess === undefined ? "Disabled" : "Enabled" },
  });
