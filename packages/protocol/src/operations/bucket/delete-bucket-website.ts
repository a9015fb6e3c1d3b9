// DeleteBucketWebsite: the bucket is not a website any more.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What DeleteBucketWebsite takes. */
export interface DeleteBucketWebsiteInput {
  readonly bucket: string;
}

/** Removes a bucket's website. A bucket without one is not an error. */
export const deleteBucketWebsite: Operation<DeleteBucketWebsiteInput, Nothing> = {
  name: "DeleteBucketWebsite",
  method: "DELETE",
  level: "bucket",
  selectors: ["website"],
  access: "owner",
  action: "DeleteBucketWebsite",
  idempotent: true,
  reads: "nothing",
  status: 204,
  input: { bucket: bucketName() },
  output: {},
};
