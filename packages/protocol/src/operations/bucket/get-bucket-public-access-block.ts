// GetBucketPublicAccessBlock: whether public access is blocked.
import { bucketName, type Operation } from "../../operation.ts";
import {
  type BucketPublicAccessBlockConfiguration,
  bucketPublicAccessBlockElement,
} from "./put-bucket-public-access-block.ts";

/** What GetBucketPublicAccessBlock takes. */
export interface GetBucketPublicAccessBlockInput {
  readonly bucket: string;
}

/** What GetBucketPublicAccessBlock answers. */
export type GetBucketPublicAccessBlockOutput = BucketPublicAccessBlockConfiguration;

/** Reads whether public access is blocked. */
export const getBucketPublicAccessBlock: Operation<
  GetBucketPublicAccessBlockInput,
  GetBucketPublicAccessBlockOutput
> = {
  name: "GetBucketPublicAccessBlock",
  method: "GET",
  level: "bucket",
  selectors: ["publicAccessBlock"],
  access: "owner",
  action: "GetBucketPublicAccessBlock",
  idempotent: true,
  reads: "nothing",
  outputRoot: "PublicAccessBlockConfiguration",
  input: { bucket: bucketName() },
  output: { blockPublicAccess: bucketPublicAccessBlockElement },
};
