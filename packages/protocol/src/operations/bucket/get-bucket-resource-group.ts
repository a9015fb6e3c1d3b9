// GetBucketResourceGroup: the bucket's resource group.
import { bucketName, type Operation } from "../../operation.ts";
import {
  type BucketResourceGroupConfiguration,
  bucketResourceGroupElement,
} from "./put-bucket-resource-group.ts";

/** What GetBucketResourceGroup takes. */
export interface GetBucketResourceGroupInput {
  readonly bucket: string;
}

/** What GetBucketResourceGroup answers. */
export type GetBucketResourceGroupOutput = BucketResourceGroupConfiguration;

/** Reads the bucket's resource group. */
export const getBucketResourceGroup: Operation<
  GetBucketResourceGroupInput,
  GetBucketResourceGroupOutput
> = {
  name: "GetBucketResourceGroup",
  method: "GET",
  level: "bucket",
  selectors: ["resourceGroup"],
  access: "owner",
  action: "GetBucketResourceGroup",
  idempotent: true,
  reads: "nothing",
  outputRoot: "BucketResourceGroupConfiguration",
  input: { bucket: bucketName() },
  output: { resourceGroupId: bucketResourceGroupElement },
};
