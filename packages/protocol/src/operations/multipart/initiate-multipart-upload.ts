// InitiateMultipartUpload: begins an upload in parts. Its headers apply to the object that
// CompleteMultipartUpload makes.
import { type ObjectAcl, objectAclHeader } from "../../acl.ts";
import { flag, text } from "../../codec.ts";
import { bucketName, element, header, objectKey, type Operation, query } from "../../operation.ts";
import { type Tag, taggingHeader } from "../../tags.ts";
import { keyText, leaf } from "../../xml/codec.ts";
import { encodingType } from "../bucket/list-objects.ts";
import { encryptionHeaders, type ServerSideEncryption } from "../object/encryption-headers.ts";
import {
  type ObjectHeaders,
  objectHeaders,
  type StorageClass,
  storageClassHeader,
} from "../object/object-headers.ts";
import { type ObjectRetention, retentionHeaders } from "../object/retention-headers.ts";

/**
 * What InitiateMultipartUpload takes. Callback headers are ignored: they belong to the completion.
 */
export interface InitiateMultipartUploadInput
  extends ObjectHeaders, ServerSideEncryption, ObjectRetention {
  readonly bucket: string;
  readonly key: string;
  readonly encodingType?: "url";
  /** If present, with any value, parts must arrive in order, and the object gets a Content-MD5. */
  readonly sequential?: string;
  /** Refuses with FileAlreadyExists when the key is taken. */
  readonly forbidOverwrite?: boolean;
  readonly acl?: ObjectAcl;
  readonly storageClass?: StorageClass;
  readonly tagging?: readonly Tag[];
}

/** What InitiateMultipartUpload answers. */
export interface InitiateMultipartUploadOutput extends ServerSideEncryption {
  readonly encodingType?: "url";
  readonly bucket: string;
  readonly key: string;
  /** 32 upper-case hex digits. */
  readonly uploadId: string;
}

/** Begins an upload in parts. */
export const initiateMultipartUpload: Operation<
  InitiateMultipartUploadInput,
  InitiateMultipartUploadOutput
> = {
  name: "InitiateMultipartUpload",
  method: "POST",
  level: "object",
  selectors: ["uploads"],
  access: "write",
  action: "PutObject",
  implies: "object headers",
  idempotent: false,
  lowTrafficLimit: true,
  reads: "facts",
  outputRoot: "InitiateMultipartUploadResult",
  input: {
    bucket: bucketName(),
    key: objectKey(),
    ...objectHeaders,
    ...encryptionHeaders,
    ...retentionHeaders,
    encodingType: query("encoding-type", encodingType),
    sequential: query("sequential", text),
    forbidOverwrite: header("x-oss-forbid-overwrite", flag),
    acl: objectAclHeader,
    storageClass: storageClassHeader,
    tagging: taggingHeader,
  },
  output: {
    ...encryptionHeaders,
    encodingType: element("EncodingType", leaf(encodingType)),
    bucket: element("Bucket", leaf(text)),
    key: element("Key", keyText),
    uploadId: element("UploadId", leaf(text)),
  },
};
