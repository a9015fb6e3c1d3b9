// GetObjectMeta: reads the facts about an object that cost least. Current SDKs send HEAD.
import { entityTag, httpDate, integer, text } from "../../codec.ts";
import { bucketName, header, objectKey, type Operation, query } from "../../operation.ts";
import type { ObjectVersion } from "./object-headers.ts";

/** What GetObjectMeta takes. */
export type GetObjectMetaInput = ObjectVersion;

/** What GetObjectMeta answers. */
export interface GetObjectMetaOutput {
  readonly contentLength: number;
  readonly etag: string;
  readonly lastModified: Date;
  readonly hashCrc64?: string;
  /** Present where the bucket tracks it (PutBucketAccessMonitor). */
  readonly lastAccessTime?: Date;
  /** When lifecycle rules moved the object into ColdArchive or DeepColdArchive. */
  readonly transitionTime?: Date;
  readonly versionId?: string;
}

/** Reads an object's size, entity tag and time. */
export const getObjectMeta: Operation<GetObjectMetaInput, GetObjectMetaOutput> = {
  name: "GetObjectMeta",
  method: "HEAD",
  otherMethod: "GET", // Alibaba's Java SDK until 3.10, and aiooss2 0.2.11
  level: "object",
  selectors: ["objectMeta"],
  access: "read",
  action: "GetObject",
  versionedAction: true,
  idempotent: true,
  reads: "facts",
  seesHidden: true,
  input: { bucket: bucketName(), key: objectKey(), versionId: query("versionId", text) },
  output: {
    contentLength: header("Content-Length", integer()),
    etag: header("ETag", entityTag),
    lastModified: header("Last-Modified", httpDate),
    hashCrc64: header("x-oss-hash-crc64ecma", text),
    lastAccessTime: header("x-oss-last-access-time", httpDate),
    transitionTime: header("x-oss-transition-time", httpDate),
    versionId: header("x-oss-version-id", text),
  },
};
