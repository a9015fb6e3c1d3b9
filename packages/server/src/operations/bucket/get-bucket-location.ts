// GetBucketLocation: this store's region.
import type { Handler } from "../handler.ts";

/** Reads a bucket's location. */
export const getBucketLocation: Handler<"getBucketLocation"> = ({ services }) =>
  Promise.resolve({ output: { location: `oss-${services.region}` } });
