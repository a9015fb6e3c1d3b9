// DeleteBucketPolicy: removes the bucket's policy, so that the ACLs alone decide.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What DeleteBucketPolicy takes. */
export interface DeleteBucketPolicyInput {
  readonly bucket: string;
}

/** Removes a bucket's policy. A bucket without one is not an error. */
export const deleteBucketPolicy: Operation<DeleteBucketPolicyInput, Nothing> = {
  name: "DeleteBucketPolicy",
  method: "DELETE",
  level: "bucket",
  selectors: ["policy"],
  access: "owner",
  action: "DeleteBucketPolicy",
  idempotent: true,
  reads: "nothing",
  status: 204,
  input: { bucket: bucketName() },
  output: {},
};
