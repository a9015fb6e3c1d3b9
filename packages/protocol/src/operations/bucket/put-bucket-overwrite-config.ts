// PutBucketOverwriteConfig: rules that forbid overwriting objects.
import { bucketName, elements, type Nothing, type Operation } from "../../operation.ts";
import { type OverwriteRule, overwriteRule } from "../../overwrite-rule.ts";

/** What PutBucketOverwriteConfig takes. */
export interface PutBucketOverwriteConfigInput {
  readonly bucket: string;
  /** At most 100. They replace the rules that the bucket has. */
  readonly rules?: readonly OverwriteRule[];
}

/** Forbids overwriting the objects that rules name. Versioned buckets keep every version anyway. */
export const putBucketOverwriteConfig: Operation<PutBucketOverwriteConfigInput, Nothing> = {
  name: "PutBucketOverwriteConfig",
  method: "PUT",
  level: "bucket",
  selectors: ["overwriteConfig"],
  access: "owner",
  action: "PutBucketOverwriteConfig",
  idempotent: true,
  reads: "nothing",
  inputRoot: "OverwriteConfiguration",
  input: { bucket: bucketName(), rules: elements("Rule", overwriteRule) },
  output: {},
};
