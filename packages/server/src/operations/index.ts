// The table of handlers. The compiler asks for the one that is missing.
import type { OperationName } from "@ossicle/protocol";
import { deleteBucket } from "./bucket/delete-bucket.ts";
import { deleteMultipleObjects } from "./bucket/delete-multiple-objects.ts";
import { getBucketAcl } from "./bucket/get-bucket-acl.ts";
import { getBucketInfo } from "./bucket/get-bucket-info.ts";
import { getBucketLocation } from "./bucket/get-bucket-location.ts";
import { getBucketStat } from "./bucket/get-bucket-stat.ts";
import { headBucket } from "./bucket/head-bucket.ts";
import { listObjectsV2 } from "./bucket/list-objects-v2.ts";
import { listObjects } from "./bucket/list-objects.ts";
import { putBucketAcl } from "./bucket/put-bucket-acl.ts";
import { putBucket } from "./bucket/put-bucket.ts";
import type { Handlers } from "./handler.ts";
import { copyObject } from "./object/copy-object.ts";
import { deleteObject } from "./object/delete-object.ts";
import { getObjectAcl } from "./object/get-object-acl.ts";
import { getObjectMeta } from "./object/get-object-meta.ts";
import { getObject } from "./object/get-object.ts";
import { headObject } from "./object/head-object.ts";
import { putObjectAcl } from "./object/put-object-acl.ts";
import { putObject } from "./object/put-object.ts";
import { listBuckets } from "./service/list-buckets.ts";

/** Operations that do without the bytes of the key's current version: looking the key up spares a small body. */
export const sparesBody: ReadonlySet<OperationName> = new Set([
  "putObject",
  "copyObject",
  "headObject",
  "getObjectMeta",
  "deleteObject",
  "getObjectAcl",
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
};
