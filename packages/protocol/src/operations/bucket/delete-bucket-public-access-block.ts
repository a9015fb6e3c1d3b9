// DeleteBucketPublicAccessBlock: removes the block of public access, so that ACLs apply again.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What DeleteBucketPublicAccessBlock takes. */
export interface DeleteBucketPublicAccessBlockInput {
  readonly bucket: string;
}

/** Removes the block of public access: the bucket's ACL decides again. */
export const deleteBucketPublicAccessBlock: Operation<DeleteBucketPublicAccessBlockInput, Nothing> =
  {
    name: "DeleteBucketPublicAccessBlock",
    method: "DELETE",
    level: "bucket",
    selectors: ["publicAccessBlock"],
    access: "owner",
    action: "DeleteBucketPublicAccessBlock",
    idempotent: true,
    reads: "nothing",
    status: 204,
    input: { bucket: bucketName() },
    output: {},
  };
