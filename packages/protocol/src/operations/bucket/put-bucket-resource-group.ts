// PutBucketResourceGroup: puts the bucket into a resource group. Ossicle stores the group, and
// ListBuckets filters by it.
import { text } from "../../codec.ts";
import {
  type Binding,
  bucketName,
  element,
  type Nothing,
  type Operation,
} from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** What the document says. */
export interface BucketResourceGroupConfiguration {
  /** For example `rg-acfmxazb4ph****`. Stored and returned; ListBuckets filters by it. */
  readonly resourceGroupId?: string;
}

export const bucketResourceGroupElement: Binding<string> = element("ResourceGroupId", leaf(text));

/** What PutBucketResourceGroup takes. */
export interface PutBucketResourceGroupInput extends BucketResourceGroupConfiguration {
  readonly bucket: string;
}

/**
 * Puts the bucket into a resource group. Ossicle stores the group, and ListBuckets filters by it.
 */
export const putBucketResourceGroup: Operation<PutBucketResourceGroupInput, Nothing> = {
  name: "PutBucketResourceGroup",
  method: "PUT",
  level: "bucket",
  selectors: ["resourceGroup"],
  access: "owner",
  action: "PutBucketResourceGroup",
  idempotent: true,
  reads: "nothing",
  inputRoot: "BucketResourceGroupConfiguration",
  input: { bucket: bucketName(), resourceGroupId: bucketResourceGroupElement },
  output: {},
};
