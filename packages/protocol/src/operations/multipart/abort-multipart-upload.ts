// AbortMultipartUpload: aborts an upload and removes its parts.
import { type Nothing, type Operation } from "../../operation.ts";
import { type UploadName, uploadName } from "./part.ts";

/** What AbortMultipartUpload takes. */
export type AbortMultipartUploadInput = UploadName;

/** Aborts an upload and removes its parts. */
export const abortMultipartUpload: Operation<AbortMultipartUploadInput, Nothing> = {
  name: "AbortMultipartUpload",
  method: "DELETE",
  level: "object",
  selectors: ["uploadId"],
  access: "write",
  action: "AbortMultipartUpload",
  implies: "object headers",
  idempotent: false,
  reads: "facts",
  status: 204,
  input: uploadName,
  output: {},
};
