// GetObjectTagging: reads the tags of an object. An object without tags is not an error.
import { text } from "../../codec.ts";
import { bucketName, header, objectKey, type Operation, query } from "../../operation.ts";
import { type TagSet, tagSetElement } from "../../tag-set.ts";
import type { ObjectVersion } from "./object-headers.ts";

/** What GetObjectTagging takes. */
export type GetObjectTaggingInput = ObjectVersion;

/** What GetObjectTagging answers. */
export interface GetObjectTaggingOutput {
  readonly tagSet: TagSet;
  readonly versionId?: string;
}

/** Reads an object's tags. */
export const getObjectTagging: Operation<GetObjectTaggingInput, GetObjectTaggingOutput> = {
  name: "GetObjectTagging",
  method: "GET",
  level: "object",
  selectors: ["tagging"],
  access: "owner",
  action: "GetObjectTagging",
  versionedAction: true,
  idempotent: true,
  reads: "facts",
  outputRoot: "Tagging",
  input: { bucket: bucketName(), key: objectKey(), versionId: query("versionId", text) },
  output: { tagSet: tagSetElement, versionId: header("x-oss-version-id", text) },
};
