// PutBucket: makes a bucket, or changes the ACL of a bucket that the caller owns.
import { type BucketAcl, bucketAclHeader } from "../../acl.ts";
import { type Codec, oneOf, text } from "../../codec.ts";
import { bucketName, element, header, type BucketMaker } from "../../operation.ts";
import { invalidHeaders } from "../../invalid-headers.ts";
import { leaf } from "../../xml/codec.ts";
import { encryptionHeaders, type ServerSideEncryption } from "../object/encryption-headers.ts";
import { type StorageClass, storageClass } from "../object/object-headers.ts";

/** The redundancy type of a bucket. It is stored and returned, and has no other effect. */
export type DataRedundancyType = "LRS" | "ZRS";

export const dataRedundancyType: Codec<DataRedundancyType> = oneOf("LRS", "ZRS");

/** What PutBucket takes. */
export interface PutBucketInput extends ServerSideEncryption {
  /** 3 to 63 lower-case letters, digits and hyphens. */
  readonly bucket: string;
  /** When absent, a new bucket is `private`, and an existing one keeps its ACL. */
  readonly acl?: BucketAcl;
  /** Must be this store's region. */
  readonly locationConstraint?: string;
  readonly storageClass?: StorageClass;
  readonly dataRedundancyType?: DataRedundancyType;
  /** The resource group of a new bucket, as PutBucketResourceGroup sets it. */
  readonly resourceGroupId?: string;
}

/** What PutBucket answers. */
export interface PutBucketOutput {
  /** `/bucket`. */
  readonly location: string;
}

/** Makes a bucket. */
export const putBucket: BucketMaker<PutBucketInput, PutBucketOutput> = {
  name: "PutBucket",
  method: "PUT",
  level: "bucket",
  access: "owner",
  action: "PutBucket",
  implies: { "x-oss-acl": "PutBucketAcl" },
  idempotent: true,
  reads: "nothing",
  makesBucket: true,
  inputRoot: "CreateBucketConfiguration",
  inputOptional: true,
  input: {
    bucket: bucketName(),
    acl: bucketAclHeader,
    locationConstraint: element("LocationConstraint", leaf(text)),
    storageClass: element(
      "StorageClass",
      leaf(storageClass),
      invalidHeaders["x-oss-storage-class"],
    ),
    dataRedundancyType: element("DataRedundancyType", leaf(dataRedundancyType)),
    resourceGroupId: header("x-oss-resource-group-id", text),
    ...encryptionHeaders,
  },
  output: { location: header("Location", text) },
};
