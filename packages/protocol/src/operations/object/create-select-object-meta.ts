// CreateSelectObjectMeta: counts the rows and columns of a CSV or JSON object.
import { flag, oneOf, text } from "../../codec.ts";
import { bucketName, element, header, objectKey, type Operation, query } from "../../operation.ts";
import { type InputSerialization, inputSerialization } from "../../select.ts";
import { leaf } from "../../xml/codec.ts";

/** What CreateSelectObjectMeta takes. */
export interface CreateSelectObjectMetaInput {
  readonly bucket: string;
  readonly key: string;
  /** What the object is: CSV or JSON. */
  readonly process: "csv/meta" | "json/meta";
  readonly inputSerialization?: InputSerialization;
  /** Has no effect: the object is always read. */
  readonly overwriteIfExists?: boolean;
}

/** What CreateSelectObjectMeta answers beside its frame. */
export interface CreateSelectObjectMetaOutput {
  readonly contentType: string;
  readonly contentLength: string;
}

/** Counts the rows and columns of an object, as they are for a query. */
export const createSelectObjectMeta: Operation<
  CreateSelectObjectMetaInput,
  CreateSelectObjectMetaOutput
> = {
  name: "CreateSelectObjectMeta",
  method: "POST",
  level: "object",
  selectors: ["x-oss-process=csv/meta|json/meta"],
  access: "write",
  action: "PutObject",
  idempotent: true,
  reads: "body",
  stream: "response",
  inputRoot: "CsvMetaRequest",
  otherInputRoots: ["JsonMetaRequest", "SelectMetaRequest"],
  inputOptional: true,
  input: {
    bucket: bucketName(),
    key: objectKey(),
    process: query("x-oss-process", oneOf("csv/meta", "json/meta")),
    inputSerialization: element("InputSerialization", inputSerialization),
    overwriteIfExists: element("OverwriteIfExists", leaf(flag)),
  },
  output: {
    contentType: header("Content-Type", text),
    contentLength: header("Content-Length", text),
  },
};
