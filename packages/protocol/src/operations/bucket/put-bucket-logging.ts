// PutBucketLogging: where the bucket's access log goes.
import { text } from "../../codec.ts";
import {
  type Binding,
  bucketName,
  element,
  type Nothing,
  type Operation,
} from "../../operation.ts";
import { leaf, one, shape } from "../../xml/codec.ts";

/** Where an access log goes. */
export interface LoggingEnabled {
  /** A bucket of the same account, which may be the logged one. */
  readonly targetBucket: string;
  /** Beginning of the log objects' keys; at most 256 characters. */
  readonly targetPrefix: string;
  /** A name that is stored and returned, without effect. */
  readonly loggingRole?: string;
}

/** A bucket's logging: off without its member. */
export interface BucketLoggingStatus {
  readonly loggingEnabled?: LoggingEnabled;
}

/** The element of the document. */
export const loggingElement: Binding<LoggingEnabled> = element(
  "LoggingEnabled",
  shape<LoggingEnabled>({
    targetBucket: one("TargetBucket", leaf(text)),
    targetPrefix: one("TargetPrefix", leaf(text)),
    loggingRole: one("LoggingRole", leaf(text)),
  }),
);

/** What PutBucketLogging takes. */
export interface PutBucketLoggingInput extends BucketLoggingStatus {
  readonly bucket: string;
}

/** Turns a bucket's access log on; without the member it turns it off. */
export const putBucketLogging: Operation<PutBucketLoggingInput, Nothing> = {
  name: "PutBucketLogging",
  method: "PUT",
  level: "bucket",
  selectors: ["logging"],
  access: "owner",
  action: "PutBucketLogging",
  idempotent: true,
  reads: "nothing",
  inputRoot: "BucketLoggingStatus",
  input: { bucket: bucketName(), loggingEnabled: loggingElement },
  output: {},
};
