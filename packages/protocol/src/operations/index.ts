// The table of operations. A new one is declared in its file and listed here; the compiler then asks the server
// for its handler and gives the client its method.
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
import { copyObject } from "./object/copy-object.ts";
import { deleteObject } from "./object/delete-object.ts";
import { getObjectAcl } from "./object/get-object-acl.ts";
import { getObjectMeta } from "./object/get-object-meta.ts";
import { getObject } from "./object/get-object.ts";
import { headObject } from "./object/head-object.ts";
import { putObjectAcl } from "./object/put-object-acl.ts";
import { putObject } from "./object/put-object.ts";
import { listBuckets } from "./service/list-buckets.ts";

/** Every operation, by name. */
export const operations: {
  readonly listBuckets: typeof listBuckets;
  readonly putBucket: typeof putBucket;
  readonly headBucket: typeof headBucket;
  readonly deleteBucket: typeof deleteBucket;
  readonly getBucketInfo: typeof getBucketInfo;
  readonly getBucketLocation: typeof getBucketLocation;
  readonly getBucketStat: typeof getBucketStat;
  readonly putBucketAcl: typeof putBucketAcl;
  readonly getBucketAcl: typeof getBucketAcl;
  readonly listObjects: typeof listObjects;
  readonly listObjectsV2: typeof listObjectsV2;
  readonly deleteMultipleObjects: typeof deleteMultipleObjects;
  readonly putObject: typeof putObject;
  readonly copyObject: typeof copyObject;
  readonly getObject: typeof getObject;
  readonly headObject: typeof headObject;
  readonly getObjectMeta: typeof getObjectMeta;
  readonly deleteObject: typeof deleteObject;
  readonly putObjectAcl: typeof putObjectAcl;
  readonly getObjectAcl: typeof getObjectAcl;
} = {
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

export type Operations = typeof operations;
export type OperationName = keyof Operations;
