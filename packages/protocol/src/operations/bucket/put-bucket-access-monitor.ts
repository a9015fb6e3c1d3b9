// PutBucketAccessMonitor: whether the last access of each object is tracked.
import { oneOf } from "../../codec.ts";
import {
  type Binding,
  bucketName,
  requiredElement,
  type Nothing,
  type Operation,
} from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** What the document says. */
export interface BucketAccessMonitorConfiguration {
  /** Whether last access times are tracked. */
  readonly status: "Enabled" | "Disabled";
}

export const bucketAccessMonitorElement: Binding<"Enabled" | "Disabled"> = requiredElement(
  "Status",
  leaf(oneOf("Enabled", "Disabled")),
);

/** What PutBucketAccessMonitor takes. */
export interface PutBucketAccessMonitorInput extends BucketAccessMonitorConfiguration {
  readonly bucket: string;
}

/**
 * Turns access tracking on or off. It cannot be turned off while a lifecycle rule counts from the
 * last access.
 */
export const putBucketAccessMonitor: Operation<PutBucketAccessMonitorInput, Nothing> = {
  name: "PutBucketAccessMonitor",
  method: "PUT",
  level: "bucket",
  selectors: ["accessmonitor"],
  access: "owner",
  action: "PutBucketAccessMonitor",
  idempotent: true,
  reads: "nothing",
  inputRoot: "AccessMonitorConfiguration",
  input: { bucket: bucketName(), status: bucketAccessMonitorElement },
  output: {},
};
