// The table of handlers. The compiler asks for the one that is missing.
import type { OperationName } from "@ossicle/protocol";
import type { Handlers } from "./handler.ts";
import { deleteBucket } from "./bucket/delete-bucket.ts";
import { deleteMultipleObjects } from "./bucket/delete-multiple-objects.ts";
import { getBucketAcl } from "./bucket/get-bucket-acl.ts";
import { getBucketInfo } from "./bucket/get-bucket-info.ts";
import { getBucketLocation } from "./bucket/get-bucket-location.ts";
import { getBucketStat } from "./bucket/get-bucket-stat.ts";
import { getBucketVersioning } from "./bucket/get-bucket-versioning.ts";
import { headBucket } from "./bucket/head-bucket.ts";
import { listObjectVersions } from "./bucket/list-object-versions.ts";
import { listObjectsV2 } from "./bucket/list-objects-v2.ts";
import { listObjects } from "./bucket/list-objects.ts";
import { putBucketAcl } from "./bucket/put-bucket-acl.ts";
import { putBucketVersioning } from "./bucket/put-bucket-versioning.ts";
import { putBucket } from "./bucket/put-bucket.ts";
import { abortMultipartUpload } from "./multipart/abort-multipart-upload.ts";
import { completeMultipartUpload } from "./multipart/complete-multipart-upload.ts";
import { initiateMultipartUpload } from "./multipart/initiate-multipart-upload.ts";
import { listMultipartUploads } from "./multipart/list-multipart-uploads.ts";
import { listParts } from "./multipart/list-parts.ts";
import { uploadPartCopy } from "./multipart/upload-part-copy.ts";
import { uploadPart } from "./multipart/upload-part.ts";
import { appendObject } from "./object/append-object.ts";
import { cleanRestoredObject } from "./object/clean-restored-object.ts";
import { copyObject } from "./object/copy-object.ts";
import { deleteObjectTagging } from "./object/delete-object-tagging.ts";
import { deleteObject } from "./object/delete-object.ts";
import { getObjectAcl } from "./object/get-object-acl.ts";
import { getObjectMeta } from "./object/get-object-meta.ts";
import { getObjectTagging } from "./object/get-object-tagging.ts";
import { getObject } from "./object/get-object.ts";
import { getSymlink } from "./object/get-symlink.ts";
import { headObject } from "./object/head-object.ts";
import { putObjectAcl } from "./object/put-object-acl.ts";
import { putObjectTagging } from "./object/put-object-tagging.ts";
import { putObject } from "./object/put-object.ts";
import { putSymlink } from "./object/put-symlink.ts";
import { restoreObject } from "./object/restore-object.ts";
import { sealAppendObject } from "./object/seal-append-object.ts";
import { listBuckets } from "./service/list-buckets.ts";

/** Operations that do without the bytes of the key's current version: looking the key up spares a small body. */
export const sparesBody: ReadonlySet<OperationName> = new Set([
  "putObject",
  "copyObject",
  "headObject",
  "getObjectMeta",
  "deleteObject",
  "getObjectAcl",
  "initiateMultipartUpload",
  "uploadPart",
  "uploadPartCopy",
  "completeMultipartUpload",
  "abortMultipartUpload",
  "listParts",
  "getSymlink",
  "getObjectTagging",
]);

/** Every handler, by its operation's name. */
export const handlers: Handlers = {
  listBuckets,
  putBucket,
  headBucket,
  deleteBucket,
  getBucketInfo,
  getBucketLocation,
  getBucketStat,
  putBucketAcl,
  getBucketAcl,
  listObjects,
  listObjectsV2,
  deleteMultipleObjects,
  putObject,
  copyObject,
  getObject,
  headObject,
  getObjectMeta,
  deleteObject,
  putObjectAcl,
  getObjectAcl,
  listObjectVersions,
  putBucketVersioning,
  getBucketVersioning,
  initiateMultipartUpload,
  uploadPart,
  uploadPartCopy,
  completeMultipartUpload,
  abortMultipartUpload,
  listParts,
  listMultipartUploads,
  appendObject,
  sealAppendObject,
  putSymlink,
  getSymlink,
  putObjectTagging,
  getObjectTagging,
  deleteObjectTagging,
  restoreObject,
  cleanRestoredObject,
};
