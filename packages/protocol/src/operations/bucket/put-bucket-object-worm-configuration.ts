// PutBucketObjectWormConfiguration: lets the objects of a bucket be retained one by one.
import { type ObjectWormConfiguration, objectWormElements } from "../../object-worm.ts";
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What PutBucketObjectWormConfiguration takes. */
export interface PutBucketObjectWormConfigurationInput extends ObjectWormConfiguration {
  readonly bucket: string;
}

/**
 * Turns retention of single objects on, or replaces its default. The bucket must keep versions, and
 * have no retention policy of its own. It cannot be turned off again.
 */
export const putBucketObjectWormConfiguration: Operation<
  PutBucketObjectWormConfigurationInput,
  Nothing
> = {
  name: "PutBucketObjectWormConfiguration",
  method: "PUT",
  level: "bucket",
  selectors: ["objectWorm"],
  access: "owner",
  action: "PutBucketObjectWormConfiguration",
  idempotent: true,
  reads: "nothing",
  inputRoot: "ObjectWormConfiguration",
  input: { bucket: bucketName(), ...objectWormElements },
  output: {},
};
