// InitiateBucketWorm: a retention policy, which protects the bucket's objects from then on.
import { integer, text } from "../../codec.ts";
import { bucketName, header, type Operation, requiredElement } from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** Days for which objects are kept after their last modification (WORM documentation: 70 years). */
export const maxRetentionDays = 25_550;

/** What InitiateBucketWorm takes. */
export interface InitiateBucketWormInput {
  readonly bucket: string;
  /** From 1 to 25,550. */
  readonly retentionPeriodInDays: number;
}

/** What InitiateBucketWorm answers. */
export interface InitiateBucketWormOutput {
  /** The id with which the policy is locked and extended. */
  readonly wormId: string;
}

/** Sets a retention policy. It ends after 24 hours, unless CompleteBucketWorm locks it. */
export const initiateBucketWorm: Operation<InitiateBucketWormInput, InitiateBucketWormOutput> = {
  name: "InitiateBucketWorm",
  method: "POST",
  level: "bucket",
  selectors: ["worm"],
  access: "owner",
  action: "InitiateBucketWorm",
  idempotent: false,
  reads: "nothing",
  inputRoot: "InitiateWormConfiguration",
  input: {
    bucket: bucketName(),
    retentionPeriodInDays: requiredElement(
      "RetentionPeriodInDays",
      leaf(integer(1, maxRetentionDays)),
    ),
  },
  output: { wormId: header("x-oss-worm-id", text) },
};
