// GetBucketCors: the bucket's CORS rules.
import { bucketName, type Operation } from "../../operation.ts";
import { type CorsConfiguration, corsRules, responseVary } from "./put-bucket-cors.ts";

/** What GetBucketCors takes. */
export interface GetBucketCorsInput {
  readonly bucket: string;
}

/** What GetBucketCors answers. */
export type GetBucketCorsOutput = CorsConfiguration;

/** Reads a bucket's CORS rules. Fails with NoSuchCORSConfiguration when there are none. */
export const getBucketCors: Operation<GetBucketCorsInput, GetBucketCorsOutput> = {
  name: "GetBucketCors",
  method: "GET",
  level: "bucket",
  selectors: ["cors"],
  access: "owner",
  action: "GetBucketCors",
  idempotent: true,
  reads: "nothing",
  outputRoot: "CORSConfiguration",
  input: { bucket: bucketName() },
  output: { rules: corsRules, responseVary },
};
