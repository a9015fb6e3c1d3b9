// GetBucketDeliveryPolicy: the bucket's delivery policy, an extension of Ossicle.
import { bucketName, type Operation } from "../../operation.ts";
import {
  type DeliveryPolicyConfiguration,
  deliveryPolicyFields,
  deliveryPolicySelector,
} from "./put-bucket-delivery-policy.ts";

/** What GetBucketDeliveryPolicy takes. */
export interface GetBucketDeliveryPolicyInput {
  readonly bucket: string;
}

/** What GetBucketDeliveryPolicy answers. */
export type GetBucketDeliveryPolicyOutput = DeliveryPolicyConfiguration;

/**
 * Reads a bucket's delivery policy, secrets included. Fails with NoSuchDeliveryPolicy when there is
 * none.
 */
export const getBucketDeliveryPolicy: Operation<
  GetBucketDeliveryPolicyInput,
  GetBucketDeliveryPolicyOutput
> = {
  name: "GetBucketDeliveryPolicy",
  method: "GET",
  level: "bucket",
  selectors: [deliveryPolicySelector],
  access: "owner",
  action: "GetBucketDeliveryPolicy",
  idempotent: true,
  reads: "nothing",
  outputRoot: "DeliveryPolicy",
  input: { bucket: bucketName() },
  output: deliveryPolicyFields,
};
