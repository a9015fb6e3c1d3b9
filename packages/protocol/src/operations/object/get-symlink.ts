// GetSymlink: reads the target of a symlink.
import { entityTag, httpDate, percentEncoded, text } from "../../codec.ts";
import {
  bucketName,
  header,
  objectKey,
  type Operation,
  query,
  userMetadata,
} from "../../operation.ts";
import type { ObjectVersion } from "./object-headers.ts";

/** What GetSymlink takes. */
export type GetSymlinkInput = ObjectVersion;

/** What GetSymlink answers. */
export interface GetSymlinkOutput {
  readonly symlinkTarget: string;
  readonly etag: string;
  readonly lastModified: Date;
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly versionId?: string;
}

/** Reads a symlink's target. */
export const getSymlink: Operation<GetSymlinkInput, GetSymlinkOutput> = {
  name: "GetSymlink",
  method: "GET",
  level: "object",
  selectors: ["symlink"],
  access: "read",
  action: "GetObject",
  versionedAction: true,
  idempotent: true,
  reads: "facts",
  input: { bucket: bucketName(), key: objectKey(), versionId: query("versionId", text) },
  output: {
    symlinkTarget: header("x-oss-symlink-target", percentEncoded),
    etag: header("ETag", entityTag),
    lastModified: header("Last-Modified", httpDate),
    contentType: header("Content-Type", text),
    metadata: userMetadata(),
    versionId: header("x-oss-version-id", text),
  },
};
