// HeadBucket: returns the region. The pipeline has already checked that the bucket exists.
import type { Handler } from "../handler.ts";

/** Checks that a bucket exists. */
export const headBucket: Handler<"headBucket"> = ({ services }) =>
  Promise.resolve({ output: { region: `oss-${services.region}` } });
