// CompleteBucketWorm: locks a retention policy.
import { text } from "../../codec.ts";
import { bucketName, type Nothing, type Operation, query } from "../../operation.ts";

/** What CompleteBucketWorm takes. */
export interface CompleteBucketWormInput {
  readonly bucket: string;
  readonly wormId: string;
}

/** Locks a retention policy, which then can only be extended. */
export const completeBucketWorm: Operation<CompleteBucketWormInput, Nothing> = {
  name: "CompleteBucketWorm",
  method: "POST",
  level: "bucket",
  selectors: ["wormId"],
  access: "owner",
  action: "CompleteBucketWorm",
  idempotent: true,
  reads: "nothing",
  input: { bucket: bucketName(), wormId: query("wormId", text) },
  output: {},
};
