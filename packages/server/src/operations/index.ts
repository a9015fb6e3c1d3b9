// The table of handlers. The compiler reports a missing one.
import type { Handlers } from "./handler.ts";
import { abortBucketWorm } from "./bucket/abort-bucket-worm.ts";
import { closeMetaQuery } from "./bucket/close-meta-query.ts";
import { completeBucketWorm } from "./bucket/complete-bucket-worm.ts";
import { deleteBucketCallbackPolicy } from "./bucket/delete-bucket-callback-policy.ts";
import { deleteBucketCors } from "./bucket/delete-bucket-cors.ts";
import { deleteBucketDeliveryPolicy } from "./bucket/delete-bucket-delivery-policy.ts";
import { deleteBucketEncryption } from "./bucket/delete-bucket-encryption.ts";
import { deleteBucketInventory } from "./bucket/delete-bucket-inventory.ts";
import { deleteBucketLifecycle } from "./bucket/delete-bucket-lifecycle.ts";
import { deleteBucketLogging } from "./bucket/delete-bucket-logging.ts";
import { deleteBucketOverwriteConfig } from "./bucket/delete-bucket-overwrite-config.ts";
import { deleteBucketPolicy } from "./bucket/delete-bucket-policy.ts";
import { deleteBucketPublicAccessBlock } from "./bucket/delete-bucket-public-access-block.ts";
import { deleteBucketTransferAcceleration } from "./bucket/delete-bucket-transfer-acceleration.ts";
import { deleteBucketTags } from "./bucket/delete-bucket-tags.ts";
import { deleteBucket } from "./bucket/delete-bucket.ts";
import { deleteBucketWebsite } from "./bucket/delete-bucket-website.ts";
import { deleteMultipleObjects } from "./bucket/delete-multiple-objects.ts";
import { deleteStyle } from "./bucket/delete-style.ts";
import { doMetaQuery } from "./bucket/do-meta-query.ts";
import { extendBucketWorm } from "./bucket/extend-bucket-worm.ts";
import { getBucketAccessMonitor } from "./bucket/get-bucket-access-monitor.ts";
import { getBucketAcl } from "./bucket/get-bucket-acl.ts";
import { getBucketArchiveDirectRead } from "./bucket/get-bucket-archive-direct-read.ts";
import { getBucketCallbackPolicy } from "./bucket/get-bucket-callback-policy.ts";
import { getBucketCors } from "./bucket/get-bucket-cors.ts";
import { getBucketDeliveryPolicy } from "./bucket/get-bucket-delivery-policy.ts";
import { getBucketEncryption } from "./bucket/get-bucket-encryption.ts";
import { getBucketHttpsConfig } from "./bucket/get-bucket-https-config.ts";
import { getBucketInfo } from "./bucket/get-bucket-info.ts";
import { getBucketInventory } from "./bucket/get-bucket-inventory.ts";
import { getBucketLifecycle } from "./bucket/get-bucket-lifecycle.ts";
import { getBucketLocation } from "./bucket/get-bucket-location.ts";
import { getBucketLogging } from "./bucket/get-bucket-logging.ts";
import { getBucketObjectWormConfiguration } from "./bucket/get-bucket-object-worm-configuration.ts";
import { getBucketOverwriteConfig } from "./bucket/get-bucket-overwrite-config.ts";
import { getBucketPolicy } from "./bucket/get-bucket-policy.ts";
import { getBucketPolicyStatus } from "./bucket/get-bucket-policy-status.ts";
import { getBucketPublicAccessBlock } from "./bucket/get-bucket-public-access-block.ts";
import { getBucketReferer } from "./bucket/get-bucket-referer.ts";
import { getBucketRequestPayment } from "./bucket/get-bucket-request-payment.ts";
import { getBucketResourceGroup } from "./bucket/get-bucket-resource-group.ts";
import { getBucketStat } from "./bucket/get-bucket-stat.ts";
import { getBucketTags } from "./bucket/get-bucket-tags.ts";
import { getBucketTransferAcceleration } from "./bucket/get-bucket-transfer-acceleration.ts";
import { getBucketVersioning } from "./bucket/get-bucket-versioning.ts";
import { getBucketWebsite } from "./bucket/get-bucket-website.ts";
import { getBucketWorm } from "./bucket/get-bucket-worm.ts";
import { getMetaQueryStatus } from "./bucket/get-meta-query-status.ts";
import { getStyle } from "./bucket/get-style.ts";
import { headBucket } from "./bucket/head-bucket.ts";
import { initiateBucketWorm } from "./bucket/initiate-bucket-worm.ts";
import { listBucketInventory } from "./bucket/list-bucket-inventory.ts";
import { listLiveChannel } from "./bucket/list-live-channel.ts";
import { listObjectVersions } from "./bucket/list-object-versions.ts";
import { listObjectsV2 } from "./bucket/list-objects-v2.ts";
import { listObjects } from "./bucket/list-objects.ts";
import { listStyle } from "./bucket/list-style.ts";
import { openMetaQuery } from "./bucket/open-meta-query.ts";
import { optionBucket } from "./bucket/option-bucket.ts";
import { postObject } from "./bucket/post-object.ts";
import { putBucketAccessMonitor } from "./bucket/put-bucket-access-monitor.ts";
import { putBucketAcl } from "./bucket/put-bucket-acl.ts";
import { putBucketArchiveDirectRead } from "./bucket/put-bucket-archive-direct-read.ts";
import { putBucketCallbackPolicy } from "./bucket/put-bucket-callback-policy.ts";
import { putBucketCors } from "./bucket/put-bucket-cors.ts";
import { putBucketDeliveryPolicy } from "./bucket/put-bucket-delivery-policy.ts";
import { putBucketEncryption } from "./bucket/put-bucket-encryption.ts";
import { putBucketHttpsConfig } from "./bucket/put-bucket-https-config.ts";
import { putBucketInventory } from "./bucket/put-bucket-inventory.ts";
import { putBucketLifecycle } from "./bucket/put-bucket-lifecycle.ts";
import { putBucketLogging } from "./bucket/put-bucket-logging.ts";
import { putBucketObjectWormConfiguration } from "./bucket/put-bucket-object-worm-configuration.ts";
import { putBucketOverwriteConfig } from "./bucket/put-bucket-overwrite-config.ts";
import { putBucketPolicy } from "./bucket/put-bucket-policy.ts";
import { putBucketPublicAccessBlock } from "./bucket/put-bucket-public-access-block.ts";
import { putBucketReferer } from "./bucket/put-bucket-referer.ts";
import { putBucketRequestPayment } from "./bucket/put-bucket-request-payment.ts";
import { putBucketResourceGroup } from "./bucket/put-bucket-resource-group.ts";
import { putBucketTags } from "./bucket/put-bucket-tags.ts";
import { putBucketTransferAcceleration } from "./bucket/put-bucket-transfer-acceleration.ts";
import { putBucketVersioning } from "./bucket/put-bucket-versioning.ts";
import { putBucket } from "./bucket/put-bucket.ts";
import { putBucketWebsite } from "./bucket/put-bucket-website.ts";
import { putStyle } from "./bucket/put-style.ts";
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
import { createSelectObjectMeta } from "./object/create-select-object-meta.ts";
import { deleteObjectTagging } from "./object/delete-object-tagging.ts";
import { deleteObject } from "./object/delete-object.ts";
import { getObjectAcl } from "./object/get-object-acl.ts";
import { getObjectLegalHold } from "./object/get-object-legal-hold.ts";
import { getObjectMeta } from "./object/get-object-meta.ts";
import { getObjectRetention } from "./object/get-object-retention.ts";
import { getObjectTagging } from "./object/get-object-tagging.ts";
import { getObject } from "./object/get-object.ts";
import { getSymlink } from "./object/get-symlink.ts";
import { headObject } from "./object/head-object.ts";
import { optionObject } from "./object/option-object.ts";
import { processObject } from "./object/process-object.ts";
import { putObjectAcl } from "./object/put-object-acl.ts";
import { putObjectLegalHold } from "./object/put-object-legal-hold.ts";
import { putObjectRetention } from "./object/put-object-retention.ts";
import { putObjectTagging } from "./object/put-object-tagging.ts";
import { putObject } from "./object/put-object.ts";
import { putSymlink } from "./object/put-symlink.ts";
import { restoreObject } from "./object/restore-object.ts";
import { sealAppendObject } from "./object/seal-append-object.ts";
import { selectObject } from "./object/select-object.ts";
import { triggerCallback } from "./object/trigger-callback.ts";
import { deletePublicAccessBlock } from "./service/delete-public-access-block.ts";
import { describeRegions } from "./service/describe-regions.ts";
import { getPublicAccessBlock } from "./service/get-public-access-block.ts";
import { listBuckets } from "./service/list-buckets.ts";
import { putPublicAccessBlock } from "./service/put-public-access-block.ts";

/** Every handler, by its operation's name. */
export const handlers: Handlers = {
  listBuckets,
  putPublicAccessBlock,
  getPublicAccessBlock,
  deletePublicAccessBlock,
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
  triggerCallback,
  processObject,
  selectObject,
  createSelectObjectMeta,
  putSymlink,
  getSymlink,
  putObjectTagging,
  getObjectTagging,
  deleteObjectTagging,
  putObjectRetention,
  getObjectRetention,
  putObjectLegalHold,
  getObjectLegalHold,
  restoreObject,
  cleanRestoredObject,
  describeRegions,
  putBucketCors,
  getBucketCors,
  deleteBucketCors,
  putBucketLifecycle,
  getBucketLifecycle,
  deleteBucketLifecycle,
  initiateBucketWorm,
  abortBucketWorm,
  completeBucketWorm,
  extendBucketWorm,
  putBucketObjectWormConfiguration,
  getBucketObjectWormConfiguration,
  openMetaQuery,
  getMetaQueryStatus,
  closeMetaQuery,
  doMetaQuery,
  getBucketWorm,
  putBucketWebsite,
  getBucketWebsite,
  deleteBucketWebsite,
  putBucketEncryption,
  getBucketEncryption,
  deleteBucketEncryption,
  putBucketOverwriteConfig,
  getBucketOverwriteConfig,
  deleteBucketOverwriteConfig,
  putBucketHttpsConfig,
  getBucketHttpsConfig,
  putBucketLogging,
  getBucketLogging,
  deleteBucketLogging,
  putBucketInventory,
  getBucketInventory,
  deleteBucketInventory,
  listBucketInventory,
  putStyle,
  getStyle,
  deleteStyle,
  listStyle,
  putBucketReferer,
  getBucketReferer,
  putBucketPolicy,
  getBucketPolicy,
  deleteBucketPolicy,
  getBucketPolicyStatus,
  optionBucket,
  putBucketTags,
  getBucketTags,
  deleteBucketTags,
  putBucketCallbackPolicy,
  getBucketCallbackPolicy,
  deleteBucketCallbackPolicy,
  putBucketDeliveryPolicy,
  getBucketDeliveryPolicy,
  deleteBucketDeliveryPolicy,
  putBucketRequestPayment,
  getBucketRequestPayment,
  putBucketTransferAcceleration,
  getBucketTransferAcceleration,
  deleteBucketTransferAcceleration,
  putBucketAccessMonitor,
  getBucketAccessMonitor,
  putBucketArchiveDirectRead,
  getBucketArchiveDirectRead,
  putBucketPublicAccessBlock,
  getBucketPublicAccessBlock,
  deleteBucketPublicAccessBlock,
  putBucketResourceGroup,
  getBucketResourceGroup,
  listLiveChannel,
  optionObject,
  postObject,
};
