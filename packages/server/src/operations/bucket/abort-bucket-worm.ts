// AbortBucketWorm: removes a policy that is not locked.
import { OssError } from "@ossicle/protocol";
import { changeWorm } from "../../objects/buckets/change-worm.ts";
import { noSuchWorm } from "../../objects/buckets/worm-errors.ts";
import type { Handler } from "../handler.ts";

/** Removes a retention policy. */
export const abortBucketWorm: Handler<"abortBucketWorm"> = async ({ services, bucket }) => {
  await changeWorm(services, bucket, ({ worm }) => {
    if (worm === undefined) throw noSuchWorm(bucket.name);
    if (worm.isLocked === true) throw new OssError("WORMConfigurationLocked");
    return undefined;
  });
  return { output: {} };
};
