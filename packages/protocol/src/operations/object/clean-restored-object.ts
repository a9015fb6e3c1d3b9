// CleanRestoredObject: ends the restored state of an archived object before its time.
import { text } from "../../codec.ts";
import { bucketName, objectKey, type Nothing, type Operation, query } from "../../operation.ts";
import type { ObjectVersion } from "./object-headers.ts";

/** What CleanRestoredObject takes. */
export type CleanRestoredObjectInput = ObjectVersion;

/** Ends the restored state of an archived object. */
export const cleanRestoredObject: Operation<CleanRestoredObjectInput, Nothing> = {
  name: "CleanRestoredObject",
  method: "POST",
  level: "object",
  selectors: ["cleanRestoredObject"],
  access: "owner",
  action: "CleanRestoredObject",
  idempotent: false,
  reads: "body",
  input: { bucket: bucketName(), key: objectKey(), versionId: query("versionId", text) },
  output: {},
};
