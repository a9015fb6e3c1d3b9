// GetBucketOverwriteConfig: the rules that forbid overwriting objects.
import { bucketName, elements, type Operation } from "../../operation.ts";
import { type OverwriteRule, overwriteRule } from "../../overwrite-rule.ts";

/** What GetBucketOverwriteConfig takes. */
export interface GetBucketOverwriteConfigInput {
  readonly bucket: string;
}

/** What GetBucketOverwriteConfig answers. */
export interface GetBucketOverwriteConfigOutput {
  readonly rules: readonly OverwriteRule[];
}

/** Reads a bucket's rules. Fails with NoSuchBucketOverwriteConfig when there are none. */
export const getBucketOverwriteConfig: Operation<
  GetBucketOverwriteConfigInput,
  GetBucketOverwriteConfigOutput
> = {
  name: "GetBucketOverwriteConfig",
  method: "GET",
  level: "bucket",
  selectors: ["overwriteConfig"],
  access: "owner",
  action: "GetBucketOverwriteConfig",
  idempotent: true,
  reads: "nothing",
  outputRoot: "OverwriteConfiguration",
  input: { bucket: bucketName() },
  output: { rules: elements("Rule", overwriteRule) },
};
