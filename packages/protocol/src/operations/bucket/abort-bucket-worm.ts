// AbortBucketWorm: removes a retention policy that is not locked.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What AbortBucketWorm takes. */
export interface AbortBucketWormInput {
  readonly bucket: string;
}

/** Removes a retention policy. Fails with WORMConfigurationLocked once it is locked. */
export const abortBucketWorm: Operation<AbortBucketWormInput, Nothing> = {
  name: "AbortBucketWorm",
  method: "DELETE",
  level: "bucket",
  selectors: ["worm"],
  access: "owner",
  action: "AbortBucketWorm",
  idempotent: true,
  reads: "nothing",
  status: 204,
  input: { bucket: bucketName() },
  output: {},
};
