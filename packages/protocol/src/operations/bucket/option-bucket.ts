// OptionBucket: OptionObject without an object, for requests to the bucket itself.
import { bucketName, type Operation } from "../../operation.ts";
import {
  type PreflightAnswer,
  preflightAnswer,
  type PreflightQuestion,
  preflightQuestion,
} from "../object/option-object.ts";

/** What OptionBucket takes. */
export interface OptionBucketInput extends PreflightQuestion {
  readonly bucket: string;
}

/** Answers a preflight. */
export const optionBucket: Operation<OptionBucketInput, PreflightAnswer> = {
  name: "OptionBucket",
  method: "OPTIONS",
  level: "bucket",
  access: "anyone",
  action: "OptionBucket",
  idempotent: true,
  reads: "nothing",
  input: { bucket: bucketName(), ...preflightQuestion },
  output: preflightAnswer,
};
