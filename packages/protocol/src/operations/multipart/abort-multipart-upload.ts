// AbortMultipartUpload: gives an upload up; its parts go.
import { impliedByObjectHeaders, type Nothing, type Operation } from "../../operation.ts";
import { type UploadName, uploadName } from "./part.ts";

/** What AbortMultipartUpload takes. */
export type AbortMultipartUploadInput = UploadName;

/** Gives an upload up. */
export const abortMultipartUpload: Operation<AbortMultipartUploadInput, Nothing> = {
  name: "AbortMultipartUpload",
  method: "DELETE",
  level: "object",
  selectors: ["uploadId"],
  access: "write",
  action: "AbortMultipartUpload",
  implies: impliedByObjectHeaders,
  idempotent: false,
  reads: "facts",
  status: 204,
  input: uploadName,
  output: {},
};
