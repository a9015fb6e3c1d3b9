// PutBucketPolicy: what senders may do with the bucket and its objects.
import { bucketName, jsonBody, type Nothing, type Operation } from "../../operation.ts";

/** What PutBucketPolicy takes. */
export interface PutBucketPolicyInput {
  readonly bucket: string;
  /** The policy in RAM's JSON, whose statements name principals. At most 16 KB. */
  readonly policy: string;
}

/** Sets a bucket's policy, which is evaluated before the ACLs. */
export const putBucketPolicy: Operation<PutBucketPolicyInput, Nothing> = {
  name: "PutBucketPolicy",
  method: "PUT",
  level: "bucket",
  selectors: ["policy"],
  access: "owner",
  action: "PutBucketPolicy",
  idempotent: true,
  reads: "nothing",
  input: { bucket: bucketName(), policy: jsonBody() },
  output: {},
};
