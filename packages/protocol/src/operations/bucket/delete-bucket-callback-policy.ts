// DeleteBucketCallbackPolicy: removes the bucket's stored callbacks.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What DeleteBucketCallbackPolicy takes. */
export interface DeleteBucketCallbackPolicyInput {
  readonly bucket: string;
}

/** Removes the bucket's stored callbacks. */
export const deleteBucketCallbackPolicy: Operation<DeleteBucketCallbackPolicyInput, Nothing> = {
  name: "DeleteBucketCallbackPolicy",
  method: "DELETE",
  level: "bucket",
  selectors: ["policy", "comp=callback"],
  access: "owner",
  action: "DeleteBucketCallbackPolicy",
  idempotent: true,
  reads: "nothing",
  status: 204,
  input: { bucket: bucketName() },
  output: {},
};
