// PutBucketPublicAccessBlock: blocks public access, also where ACLs allow it.
import { flag } from "../../codec.ts";
import {
  type Binding,
  bucketName,
  requiredElement,
  type Nothing,
  type Operation,
} from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** What the document says. */
export interface BucketPublicAccessBlockConfiguration {
  /** While this is true, public ACLs give no access, and no ACL can be made public. */
  readonly blockPublicAccess: boolean;
}

export const bucketPublicAccessBlockElement: Binding<boolean> = requiredElement(
  "BlockPublicAccess",
  leaf(flag),
);

/** What PutBucketPublicAccessBlock takes. */
export interface PutBucketPublicAccessBlockInput extends BucketPublicAccessBlockConfiguration {
  readonly bucket: string;
}

/** Turns the block of public access on or off. The block overrides ACLs. */
export const putBucketPublicAccessBlock: Operation<PutBucketPublicAccessBlockInput, Nothing> = {
  name: "PutBucketPublicAccessBlock",
  method: "PUT",
  level: "bucket",
  selectors: ["publicAccessBlock"],
  access: "owner",
  action: "PutBucketPublicAccessBlock",
  idempotent: true,
  reads: "nothing",
  inputRoot: "PublicAccessBlockConfiguration",
  input: { bucket: bucketName(), blockPublicAccess: bucketPublicAccessBlockElement },
  output: {},
};
