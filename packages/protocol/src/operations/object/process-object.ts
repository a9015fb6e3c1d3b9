// ProcessObject: stores a processed image as an object. Its process ends with `sys/saveas`.
import { text } from "../../codec.ts";
import { bodyParameter, bucketName, jsonBody, objectKey, type Operation } from "../../operation.ts";

/** What ProcessObject takes. */
export interface ProcessObjectInput {
  readonly bucket: string;
  /** The key of the image. */
  readonly key: string;
  /**
   * `image/resize,w_100|sys/saveas,o_A,b_B`. A is the new key in Base64, and B its bucket; that of
   * the image when absent. `style/NAME` may stand before the bar.
   */
  readonly process: string;
}

/** What ProcessObject answers. */
export interface ProcessObjectOutput {
  /** JSON of `bucket`, empty when the process names none, `fileSize`, `object` and `status`. */
  readonly result: string;
}

/** Stores a processed image as an object, which gets the ACL of its bucket. */
export const processObject: Operation<ProcessObjectInput, ProcessObjectOutput> = {
  name: "ProcessObject",
  method: "POST",
  level: "object",
  selectors: ["x-oss-process"],
  sharesRouteWith: "triggerCallback",
  access: "write",
  action: "PostProcessTask",
  idempotent: true,
  reads: "body",
  input: {
    bucket: bucketName(),
    key: objectKey(),
    process: bodyParameter("x-oss-process", text),
  },
  output: { result: jsonBody() },
};
