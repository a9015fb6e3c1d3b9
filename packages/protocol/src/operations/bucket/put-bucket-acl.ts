// PutBucketAcl: sets the access to a bucket.
import { type BucketAcl, bucketAclHeader } from "../../acl.ts";
import { text } from "../../codec.ts";
import { bucketName, header, type BucketMaker } from "../../operation.ts";

/** What PutBucketAcl takes. */
export interface PutBucketAclInput {
  readonly bucket: string;
  /** Nothing changes when absent. */
  readonly acl?: BucketAcl;
}

/** What PutBucketAcl answers. */
export interface PutBucketAclOutput {
  /** `/bucket`. ali-oss reads it, as it does in PutBucket's answer. */
  readonly location: string;
}

/** Sets a bucket's ACL. Makes the bucket if it does not exist. */
export const putBucketAcl: BucketMaker<PutBucketAclInput, PutBucketAclOutput> = {
  name: "PutBucketAcl",
  method: "PUT",
  level: "bucket",
  selectors: ["acl"],
  access: "owner",
  action: "PutBucketAcl",
  idempotent: true,
  reads: "nothing",
  makesBucket: true,
  input: { bucket: bucketName(), acl: bucketAclHeader },
  output: { location: header("Location", text) },
};
