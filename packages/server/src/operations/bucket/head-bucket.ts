// HeadBucket: that it got here says that the bucket exists.
import type { Handler } from "../handler.ts";

/** Checks that a bucket exists. */
export const headBucket: Handler<"headBucket"> = ({ services }) =>
  Promise.resolve({ output: { region: `oss-${services.region}` } });
