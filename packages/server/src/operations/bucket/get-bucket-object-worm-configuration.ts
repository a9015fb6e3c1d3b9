// GetBucketObjectWormConfiguration: the default in the gate.
import { OssError } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";

/** Reads the default retention of a bucket's objects. */
export const getBucketObjectWormConfiguration: Handler<"getBucketObjectWormConfiguration"> = ({
  bucket,
}) => {
  const { objectWorm } = bucket.gate;
  if (objectWorm === undefined) {
    throw new OssError("NoSuchObjectWormConfiguration", { BucketName: bucket.name });
  }
  const { rule } = objectWorm;
  return Promise.resolve({
    output: {
      objectWormEnabled: "Enabled",
      ...(rule === undefined ? {} : { rule: { defaultRetention: rule } }),
    },
  });
};
