// GetBucketAccessMonitor: whether accesses are tracked.
import { bucketName, type Operation } from "../../operation.ts";
import {
  type BucketAccessMonitorConfiguration,
  bucketAccessMonitorElement,
} from "./put-bucket-access-monitor.ts";

/** What GetBucketAccessMonitor takes. */
export interface GetBucketAccessMonitorInput {
  readonly bucket: string;
}

/** What GetBucketAccessMonitor answers. */
export type GetBucketAccessMonitorOutput = BucketAccessMonitorConfiguration;

/** Reads whether accesses are tracked. */
export const getBucketAccessMonitor: Operation<
  GetBucketAccessMonitorInput,
  GetBucketAccessMonitorOutput
> = {
  name: "GetBucketAccessMonitor",
  method: "GET",
  level: "bucket",
  selectors: ["accessmonitor"],
  access: "owner",
  action: "GetBucketAccessMonitor",
  idempotent: true,
  reads: "nothing",
  outputRoot: "AccessMonitorConfiguration",
  input: { bucket: bucketName() },
  output: { status: bucketAccessMonitorElement },
};
