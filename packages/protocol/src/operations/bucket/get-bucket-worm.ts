// GetBucketWorm: the bucket's retention policy.
import { integer, oneOf, text } from "../../codec.ts";
import { bucketName, element, type Operation } from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** States of a policy. An expired one protects nothing, and may be removed. */
export type WormState = "InProgress" | "Locked" | "Expired";

/** What GetBucketWorm takes. */
export interface GetBucketWormInput {
  readonly bucket: string;
}

/** What GetBucketWorm answers. */
export interface GetBucketWormOutput {
  readonly wormId: string;
  readonly state: WormState;
  readonly retentionPeriodInDays: number;
  /** `2026-11-30T15:50:32.000Z`. */
  readonly creationDate: string;
}

/** Reads a bucket's retention policy. Fails with NoSuchWORMConfiguration when there is none. */
export const getBucketWorm: Operation<GetBucketWormInput, GetBucketWormOutput> = {
  name: "GetBucketWorm",
  method: "GET",
  level: "bucket",
  selectors: ["worm"],
  access: "owner",
  action: "GetBucketWorm",
  idempotent: true,
  reads: "nothing",
  outputRoot: "WormConfiguration",
  input: { bucket: bucketName() },
  output: {
    wormId: element("WormId", leaf(text)),
    state: element("State", leaf(oneOf("InProgress", "Locked", "Expired"))),
    retentionPeriodInDays: element("RetentionPeriodInDays", leaf(integer())),
    creationDate: element("CreationDate", leaf(text)),
  },
};
