// PutObjectTagging: replaces the tags of an object.
import { text } from "../../codec.ts";
import { bucketName, header, objectKey, type Operation, query } from "../../operation.ts";
import { type TagSet, tagSetElement } from "../../tag-set.ts";
import type { ObjectVersion } from "./object-headers.ts";

/** What PutObjectTagging takes. */
export interface PutObjectTaggingInput extends ObjectVersion {
  /** At most 10 tags. */
  readonly tagSet: TagSet;
}

/** What PutObjectTagging answers. */
export interface PutObjectTaggingOutput {
  readonly versionId?: string;
}

/** Sets an object's tags. */
export const putObjectTagging: Operation<PutObjectTaggingInput, PutObjectTaggingOutput> = {
  name: "PutObjectTagging",
  method: "PUT",
  level: "object",
  selectors: ["tagging"],
  access: "owner",
  action: "PutObjectTagging",
  versionedAction: true,
  idempotent: true,
  reads: "body",
  inputRoot: "Tagging",
  input: {
    bucket: bucketName(),
    key: objectKey(),
    versionId: query("versionId", text),
    tagSet: tagSetElement,
  },
  output: { versionId: header("x-oss-version-id", text) },
};
