// SelectObject: runs a SQL query over a CSV or JSON object, and answers with the rows.
import { entityTag, httpDate, oneOf, text } from "../../codec.ts";
import { bucketName, element, header, objectKey, type Operation, query } from "../../operation.ts";
import {
  expression,
  type InputSerialization,
  inputSerialization,
  type OutputSerialization,
  outputSerialization,
  type SelectOptions,
  selectOptions,
} from "../../select.ts";
import type { ObjectVersion } from "./object-headers.ts";

/** What SelectObject takes. */
export interface SelectObjectInput extends ObjectVersion {
  /** What the object is: CSV or JSON. */
  readonly process: "csv/select" | "json/select";
  /** `select … from ossobject where …`. At most 16 KB. */
  readonly expression: string;
  readonly inputSerialization?: InputSerialization;
  readonly outputSerialization?: OutputSerialization;
  readonly options?: SelectOptions;
  /** `bytes=0-999`: rows that begin there. Only without quoted record delimiters. */
  readonly range?: string;
}

/** What SelectObject answers beside the rows. */
export interface SelectObjectOutput {
  /** Whether the body is the rows only: `true` or `false`. */
  readonly outputRaw: string;
  /** The object's entity tag, without quotes. */
  readonly etag: string;
  readonly lastModified: Date;
  /** CRC-64/XZ of the object, unsigned decimal. */
  readonly objectCrc64: string;
  readonly objectType: string;
  readonly contentType: string;
  readonly versionId?: string;
}

/** Runs a query over an object, and returns the rows that match. */
export const selectObject: Operation<SelectObjectInput, SelectObjectOutput> = {
  name: "SelectObject",
  method: "POST",
  level: "object",
  selectors: ["x-oss-process=csv/select|json/select"],
  access: "read",
  action: "GetObject",
  versionedAction: true,
  idempotent: true,
  reads: "body",
  stream: "response",
  inputRoot: "SelectRequest",
  input: {
    bucket: bucketName(),
    key: objectKey(),
    versionId: query("versionId", text),
    process: query("x-oss-process", oneOf("csv/select", "json/select")),
    expression: element("Expression", expression),
    inputSerialization: element("InputSerialization", inputSerialization),
    outputSerialization: element("OutputSerialization", outputSerialization),
    options: element("Options", selectOptions),
    range: header("Range", text),
  },
  output: {
    outputRaw: header("x-oss-select-output-raw", text),
    etag: header("ETag", entityTag),
    lastModified: header("Last-Modified", httpDate),
    objectCrc64: header("x-oss-hash-crc64ecma", text),
    objectType: header("x-oss-object-type", text),
    contentType: header("Content-Type", text),
    versionId: header("x-oss-version-id", text),
  },
};
