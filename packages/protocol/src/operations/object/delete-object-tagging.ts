// DeleteObjectTagging: removes all tags of an object.
import { text } from "../../codec.ts";
import { bucketName, header, objectKey, type Operation, query } from "../../operation.ts";
import type { ObjectVersion } from "./object-headers.ts";

/** What DeleteObjectTagging takes. */
export type DeleteObjectTaggingInput = ObjectVersion;

/** What DeleteObjectTagging answers. */
export interface DeleteObjectTaggingOutput {
  readonly versionId?: string;
}

/** Removes an object's tags. */
export const deleteObjectTagging: Operation<DeleteObjectTaggingInput, DeleteObjectTaggingOutput> = {
  name: "DeleteObjectTagging",
  method: "DELETE",
  level: "object",
  selectors: ["tagging"],
  access: "owner",
  action: "DeleteObjectTagging",
  versionedAction: true,
  idempotent: true,
  reads: "body",
  status: 204,
  input: { bucket: bucketName(), key: objectKey(), versionId: query("versionId", text) },
  output: { versionId: header("x-oss-version-id", text) },
};
