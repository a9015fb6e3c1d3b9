// GetBucketHttpsConfig: which versions and cipher suites of TLS a bucket accepts.
import type { HttpsConfiguration } from "../../https-configuration.ts";
import { bucketName, type Operation } from "../../operation.ts";
import { httpsConfigurationElements } from "./put-bucket-https-config.ts";

/** What GetBucketHttpsConfig takes. */
export interface GetBucketHttpsConfigInput {
  readonly bucket: string;
}

/** What GetBucketHttpsConfig answers. */
export type GetBucketHttpsConfigOutput = HttpsConfiguration;

/** Reads which versions and cipher suites of TLS a bucket accepts. */
export const getBucketHttpsConfig: Operation<
  GetBucketHttpsConfigInput,
  GetBucketHttpsConfigOutput
> = {
  name: "GetBucketHttpsConfig",
  method: "GET",
  level: "bucket",
  selectors: ["httpsConfig"],
  access: "owner",
  action: "GetBucketHttpsConfig",
  idempotent: true,
  reads: "nothing",
  outputRoot: "HttpsConfiguration",
  input: { bucket: bucketName() },
  output: httpsConfigurationElements,
};
