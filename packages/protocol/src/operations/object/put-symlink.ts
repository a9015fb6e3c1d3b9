// PutSymlink: makes an object that refers to another object of the same bucket.
import { type ObjectAcl, objectAclHeader } from "../../acl.ts";
import { entityTag, flag, queryEncoded, text } from "../../codec.ts";
import { bucketName, header, objectKey, type Operation } from "../../operation.ts";
import { type Tag, taggingHeader } from "../../tags.ts";
import {
  type ObjectHeaders,
  objectHeaders,
  type StorageClass,
  storageClassHeader,
} from "./object-headers.ts";
import { type ObjectRetention, retentionHeaders } from "./retention-headers.ts";

/** What PutSymlink takes. */
export interface PutSymlinkInput extends ObjectHeaders, ObjectRetention {
  readonly bucket: string;
  readonly key: string;
  /** The key to which the link refers. It need not exist. */
  readonly symlinkTarget: string;
  readonly forbidOverwrite?: boolean;
  readonly acl?: ObjectAcl;
  readonly storageClass?: StorageClass;
  readonly tagging?: readonly Tag[];
}

/** What PutSymlink answers. */
export interface PutSymlinkOutput {
  readonly etag: string;
  readonly versionId?: string;
}

/** Makes a symlink. */
export const putSymlink: Operation<PutSymlinkInput, PutSymlinkOutput> = {
  name: "PutSymlink",
  method: "PUT",
  level: "object",
  selectors: ["symlink"],
  access: "write",
  action: "PutObject",
  implies: "object headers",
  idempotent: true,
  reads: "facts",
  input: {
    bucket: bucketName(),
    key: objectKey(),
    ...objectHeaders,
    ...retentionHeaders,
    symlinkTarget: header("x-oss-symlink-target", queryEncoded),
    forbidOverwrite: header("x-oss-forbid-overwrite", flag),
    acl: objectAclHeader,
    storageClass: storageClassHeader,
    tagging: taggingHeader,
  },
  output: {
    etag: header("ETag", entityTag),
    versionId: header("x-oss-version-id", text),
  },
};
