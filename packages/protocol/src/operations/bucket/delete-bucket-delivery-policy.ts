// DeleteBucketDeliveryPolicy: the bucket behaves as the server is configured again. An extension of
// Ossicle.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";
import { deliveryPolicySelector } from "./put-bucket-delivery-policy.ts";

/** What DeleteBucketDeliveryPolicy takes. */
export interface DeleteBucketDeliveryPolicyInput {
  readonly bucket: string;
}

/** Removes a bucket's delivery policy. Deliveries that are due keep the one they began with. */
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
