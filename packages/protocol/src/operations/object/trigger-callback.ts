// TriggerCallback: calls the application back for an object that exists. It is the process
// `trigger/callback` of ProcessObject, which the official Android and iOS SDKs send.
import { entityTag, text } from "../../codec.ts";
import { bodyParameter, bucketName, header, objectKey, type Operation } from "../../operation.ts";

/** What TriggerCallback takes. */
export interface TriggerCallbackInput {
  readonly bucket: string;
  readonly key: string;
  /** `trigger/callback,callback_A,callback-var_B`; A and B are those of an upload's headers. */
  readonly process: string;
}

/** What TriggerCallback answers beside the application's answer: which object it reported. */
export interface TriggerCallbackOutput {
  /** The object's entity tag, without quotes. */
  readonly etag: string;
  /** CRC-64/XZ of the object, unsigned decimal. */
  readonly hashCrc64: string;
  /** Only in buckets that have ever been versioned. */
  readonly versionId?: string;
}

/** Calls the application back for an object that exists, as its upload would have done. */
export const triggerCallback: Operation<TriggerCallbackInput, TriggerCallbackOutput> = {
  name: "TriggerCallback",
  method: "POST",
  level: "object",
  selectors: ["x-oss-process"],
  access: "write",
  action: "PostProcessTask",
  idempotent: false,
  reads: "body",
  callback: { honoured: "always", isUndoable: false, hasImageInfo: true, isInProcess: true },
  input: {
    bucket: bucketName(),
    key: objectKey(),
    process: bodyParameter("x-oss-process", text),
  },
  output: {
    etag: header("ETag", entityTag),
    hashCrc64: header("x-oss-hash-crc64ecma", text),
    versionId: header("x-oss-version-id", text),
  },
};
