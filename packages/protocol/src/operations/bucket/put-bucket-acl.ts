// PutBucketAcl: sets who may use a bucket.
import { type BucketAcl, bucketAclHeader } from "../../acl.ts";
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What PutBucketAcl takes. */
export interface PutBucketAclInput {
  readonly bucket: string;
  readonly acl: BucketAcl;
}

/** What PutBucketAcl answers: nothing. */
export type PutBucketAclOutput = Nothing;

/** Sets a bucket's ACL. */
export const putBucketAcl: Operation<PutBucketAclInput, PutBucketAclOutput> = {
  name: "PutBucketAcl",
  method: "PUT",
  level: "bucket",
  selectors: ["acl"],
  access: "owner",
  input: { bucket: bucketName(), acl: bucketAclHeader },
  output: {},
};
