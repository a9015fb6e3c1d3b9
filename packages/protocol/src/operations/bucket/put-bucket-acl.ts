// PutBucketAcl: sets who may use a bucket.
import { type BucketAcl, bucketAclHeader } from "../../acl.ts";
import { text } from "../../codec.ts";
import { bucketName, header, type Operation } from "../../operation.ts";

/** What PutBucketAcl takes. */
export interface PutBucketAclInput {
  readonly bucket: string;
  /** Nothing changes without. */
  readonly acl?: BucketAcl;
}

/** What PutBucketAcl answers. */
export interface PutBucketAclOutput {
  /** `/bucket`; ali-oss reads it as PutBucket's. */
  readonly location: string;
}

/** Sets a bucket's ACL; makes the bucket when there is none. */
export const putBucketAcl: Operation<PutBucketAclInput, PutBucketAclOutput> = {
  name: "PutBucketAcl",
  method: "PUT",
  level: "bucket",
  selectors: ["acl"],
  access: "owner",
  makesBucket: true,
  input: { bucket: bucketName(), acl: bucketAclHeader },
  output: { location: header("Location", text) },
};
