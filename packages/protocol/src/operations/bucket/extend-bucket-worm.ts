// ExtendBucketWorm: makes the retention of a locked policy longer.
import { integer, text } from "../../codec.ts";
import {
  bucketName,
  type Nothing,
  type Operation,
  query,
  requiredElement,
} from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";
import { maxRetentionDays } from "./initiate-bucket-worm.ts";

/** What ExtendBucketWorm takes. */
export interface ExtendBucketWormInput {
  readonly bucket: string;
  readonly wormId: string;
  /** More days than before. */
  readonly retentionPeriodInDays: number;
}

/** Makes the retention of a locked policy longer, for the objects that exist too. */
export const extendBucketWorm: Operation<ExtendBucketWormInput, Nothing> = {
  name: "ExtendBucketWorm",
  method: "POST",
  level: "bucket",
  selectors: ["wormExtend", "wormId"],
  access: "owner",
  action: "ExtendBucketWorm",
  idempotent: false,
  reads: "nothing",
  inputRoot: "ExtendWormConfiguration",
  input: {
    bucket: bucketName(),
    wormId: query("wormId", text),
    retentionPeriodInDays: requiredElement(
      "RetentionPeriodInDays",
      leaf(integer(1, maxRetentionDays)),
    ),
  },
  output: {},
};
