// GetBucketVersioning: returns the status in the bucket's gate.
import type { Handler } from "../handler.ts";

/** Reads a bucket's versioning. */
export const getBucketVersioning: Handler<"getBucketVersioning"> = ({ bucket }) => {
  const { versioning } = bucket.gate;
  return Promise.resolve({ output: versioning === undefined ? {} : { status: versioning } });
};
