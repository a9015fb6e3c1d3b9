// DeleteBucketCors: removes the bucket's CORS rules.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What DeleteBucketCors takes. */
export interface DeleteBucketCorsInput {
  readonly bucket: string;
}

/** Removes the bucket's CORS rules. */
export const deleteBucketCors: Operation<DeleteBucketCorsInput, Nothing> = {
  name: "DeleteBucketCors",
  method: "DELETE",
  level: "bucket",
  selectors: ["cors"],
  access: "owner",
  action: "DeleteBucketCors",
  idempotent: true,
  reads: "nothing",
  status: 204,
  input: { bucket: bucketName() },
  output: {},
};
