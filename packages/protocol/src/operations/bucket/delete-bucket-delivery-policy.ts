// DeleteBucketDeliveryPolicy: removes the bucket's delivery policy, so that the server's settings
// apply again. An extension of Ossicle.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";
import { deliveryPolicySelector } from "./put-bucket-delivery-policy.ts";

/** What DeleteBucketDeliveryPolicy takes. */
export interface DeleteBucketDeliveryPolicyInput {
  readonly bucket: string;
}

/**
 * Removes a bucket's delivery policy. A delivery that is due keeps the policy with which it began.
 */
export const deleteBucketDeliveryPolicy: Operation<DeleteBucketDeliveryPolicyInput, Nothing> = {
  name: "DeleteBucketDeliveryPolicy",
  method: "DELETE",
  level: "bucket",
  selectors: [deliveryPolicySelector],
  access: "owner",
  action: "DeleteBucketDeliveryPolicy",
  idempotent: true,
  reads: "nothing",
  status: 204,
  input: { bucket: bucketName() },
  output: {},
};
