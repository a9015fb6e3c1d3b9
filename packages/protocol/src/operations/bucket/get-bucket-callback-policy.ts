// GetBucketCallbackPolicy: the bucket's stored callbacks.
import { bucketName, type Operation } from "../../operation.ts";
import {
  type CallbackPolicyConfiguration,
  callbackPolicyItems,
} from "./put-bucket-callback-policy.ts";

/** What GetBucketCallbackPolicy takes. */
export interface GetBucketCallbackPolicyInput {
  readonly bucket: string;
}

/** What GetBucketCallbackPolicy answers. */
export type GetBucketCallbackPolicyOutput = CallbackPolicyConfiguration;

/**
 * Reads a bucket's stored callbacks. Fails with BucketCallbackPolicyNotExist when there are none.
 */
export const getBucketCallbackPolicy: Operation<
  GetBucketCallbackPolicyInput,
  GetBucketCallbackPolicyOutput
> = {
  name: "GetBucketCallbackPolicy",
  method: "GET",
  level: "bucket",
  selectors: ["policy", "comp=callback"],
  access: "owner",
  action: "GetBucketCallbackPolicy",
  idempotent: true,
  reads: "nothing",
  outputRoot: "BucketCallbackPolicy",
  input: { bucket: bucketName() },
  output: { items: callbackPolicyItems },
};
