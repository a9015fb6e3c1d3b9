// PostObject: an upload by an HTML form. Its fields carry what PutObject takes in headers. Its
// policy states which uploads the signer allows.
import { type ObjectAcl, objectAclHeader } from "../../acl.ts";
import { entityTag, flag, text } from "../../codec.ts";
import { bucketName, element, header, objectKey, type Operation } from "../../operation.ts";
import { keyText, leaf } from "../../xml/codec.ts";
import { encryptionHeaders, type ServerSideEncryption } from "../object/encryption-headers.ts";
import {
  type ObjectHeaders,
  objectHeaders,
  type StorageClass,
  storageClassHeader,
} from "../object/object-headers.ts";
import { type ObjectRetention, retentionHeaders } from "../object/retention-headers.ts";

/** What PostObject takes beside the file; each member is a form field. */
export interface PostObjectInput extends ObjectHeaders, ServerSideEncryption, ObjectRetention {
  readonly bucket: string;
  /** May hold `${filename}`. */
  readonly key: string;
  readonly forbidOverwrite?: boolean;
  readonly acl?: ObjectAcl;
  readonly storageClass?: StorageClass;
  /** `200`, `201` with a document, or `204`; anything else is 204. */
  readonly successActionStatus?: string;
  /** Where the browser is sent after the upload. */
  readonly successActionRedirect?: string;
  /** Base64 JSON of the callback; its variables are fields whose names begin with `x:`. */
  readonly callback?: string;
}

/** What PostObject answers. */
export interface PostObjectOutput extends ServerSideEncryption {
  readonly etag: string;
  readonly hashCrc64: string;
  readonly contentMd5: string;
  readonly versionId?: string;
  /** Where the browser is sent. */
  readonly redirect?: string;
  readonly bucket: string;
  /** The object's URL. */
  readonly location: string;
  readonly key: string;
  readonly documentEtag: string;
}

/** Stores a form's file as an object. At most 5 GB (OSS documentation, PostObject). */
export const postObject: Operation<PostObjectInput, PostObjectOutput> = {
  name: "PostObject",
  method: "POST",
  level: "bucket",
  access: "write",
  action: "PutObject",
  implies: "object headers",
  idempotent: true,
  reads: "facts",
  stream: "form",
  callback: { honoured: "always", isUndoable: true, hasImageInfo: true },
  outputRoot: "PostResponse",
  input: {
    bucket: bucketName(),
    key: objectKey(),
    ...objectHeaders,
    ...encryptionHeaders,
    ...retentionHeaders,
    forbidOverwrite: header("x-oss-forbid-overwrite", flag),
    acl: objectAclHeader,
    storageClass: storageClassHeader,
    successActionStatus: header("success_action_status", text),
    successActionRedirect: header("success_action_redirect", text),
    callback: header("x-oss-callback", text),
  },
  output: {
    etag: header("ETag", entityTag),
    hashCrc64: header("x-oss-hash-crc64ecma", text),
    contentMd5: header("Content-MD5", text),
    versionId: header("x-oss-version-id", text),
    redirect: header("Location", text),
    ...encryptionHeaders,
    bucket: element("Bucket", leaf(text)),
    location: element("Location", leaf(text)),
    key: element("Key", keyText),
    documentEtag: element("ETag", leaf(entityTag)),
  },
};
