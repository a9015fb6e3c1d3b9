// GetBucketWebsite: the pages and redirects of a static website.
import { bucketName, type Operation } from "../../operation.ts";
import { type WebsiteConfiguration, websiteElements } from "./put-bucket-website.ts";

/** What GetBucketWebsite takes. */
export interface GetBucketWebsiteInput {
  readonly bucket: string;
}

/** What GetBucketWebsite answers. */
export type GetBucketWebsiteOutput = WebsiteConfiguration;

/** Reads a bucket's website. Fails with NoSuchWebsiteConfiguration when there is none. */
export const getBucketWebsite: Operation<GetBucketWebsiteInput, GetBucketWebsiteOutput> = {
  name: "GetBucketWebsite",
  method: "GET",
  level: "bucket",
  selectors: ["website"],
  access: "owner",
  action: "GetBucketWebsite",
  idempotent: true,
  reads: "nothing",
  outputRoot: "WebsiteConfiguration",
  input: { bucket: bucketName() },
  output: websiteElements,
};
