// GetBucketAcl: reads the access to a bucket.
import { type Grants, grants, type Owner, ownerElement } from "../../access-control-policy.ts";
import { type BucketAcl, bucketAcl } from "../../acl.ts";
import { bucketName, element, type Operation } from "../../operation.ts";

/** What GetBucketAcl takes. */
export interface GetBucketAclInput {
  readonly bucket: string;
}

/** What GetBucketAcl answers. */
export interface GetBucketAclOutput {
  readonly owner: Owner;
  readonly accessControlList: Grants<BucketAcl>;
}

/** Reads a bucket's ACL. */
export const getBucketAcl: Operation<GetBucketAclInput, GetBucketAclOutput> = {
  name: "GetBucketAcl",
  method: "GET",
  level: "bucket",
  selectors: ["acl"],
  access: "owner",
  action: "GetBucketAcl",
  idempotent: true,
  reads: "nothing",
  outputRoot: "AccessControlPolicy",
  input: { bucket: bucketName() },
  output: {
    owner: ownerElement,
    accessControlList: element("AccessControlList", grants(bucketAcl)),
  },
};
