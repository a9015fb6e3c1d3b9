// GetBucketObjectWormConfiguration: the default retention of a bucket's objects.
import { type ObjectWormConfiguration, objectWormElements } from "../../object-worm.ts";
import { bucketName, type Operation } from "../../operation.ts";

/** What GetBucketObjectWormConfiguration takes. */
export interface GetBucketObjectWormConfigurationInput {
  readonly bucket: string;
}

/** What GetBucketObjectWormConfiguration answers. */
export type GetBucketObjectWormConfigurationOutput = ObjectWormConfiguration;

/** Reads the default. Fails with NoSuchObjectWormConfiguration where it was never turned on. */
export const getBucketObjectWormConfiguration: Operation<
  GetBucketObjectWormConfigurationInput,
  GetBucketObjectWormConfigurationOutput
> = {
  name: "GetBucketObjectWormConfiguration",
  method: "GET",
  level: "bucket",
  selectors: ["objectWorm"],
  access: "owner",
  action: "GetBucketObjectWormConfiguration",
  idempotent: true,
  reads: "nothing",
  outputRoot: "ObjectWormConfiguration",
  input: { bucket: bucketName() },
  output: objectWormElements,
};
