// The stories that every SDK's program runs, in this order, and the operations that each story
// exercises.

/** A story and the operations that it needs. */
export interface Story {
  readonly name: string;
  readonly operations: readonly string[];
}

/** All stories. A program must report each one, except those in its `lacks`. */
export const stories: readonly Story[] = [
  {
    name: "bucket",
    operations: ["PutBucket", "ListBuckets", "GetBucketInfo", "GetBucketLocation", "GetBucketStat"],
  },
  { name: "bucket-acl", operations: ["PutBucketAcl", "GetBucketAcl"] },
  { name: "put-get", operations: ["PutObject", "GetObject"] },
  { name: "odd-key", operations: ["PutObject", "GetObject"] },
  { name: "range", operations: ["GetObject"] },
  { name: "head", operations: ["HeadObject", "GetObjectMeta"] },
  { name: "missing", operations: ["GetObject", "HeadObject"] },
  { name: "list", operations: ["ListObjects"] },
  { name: "list-v2", operations: ["ListObjectsV2"] },
  { name: "copy", operations: ["CopyObject"] },
  { name: "object-acl", operations: ["PutObjectACL", "GetObjectACL"] },
  { name: "presign-get", operations: ["GetObject (presigned)"] },
  { name: "presign-put", operations: ["PutObject (presigned)"] },
  { name: "callback-answered", operations: ["PutObject with callback"] },
  { name: "callback-failed", operations: ["PutObject with callback"] },
  { name: "callback-refused", operations: ["PutObject with callback"] },
  { name: "callback-presigned", operations: ["PutObject with callback (presigned)"] },
  { name: "callback-triggered", operations: ["TriggerCallback"] },
  {
    name: "multipart",
    operations: [
      "InitiateMultipartUpload",
      "UploadPart",
      "UploadPartCopy",
      "ListParts",
      "ListMultipartUploads",
      "CompleteMultipartUpload",
    ],
  },
  { name: "multipart-abort", operations: ["AbortMultipartUpload"] },
  { name: "multipart-callback", operations: ["CompleteMultipartUpload with callback"] },
  { name: "append", operations: ["AppendObject"] },
  { name: "symlink", operations: ["PutSymlink", "GetSymlink"] },
  {
    name: "object-tagging",
    operations: ["PutObjectTagging", "GetObjectTagging", "DeleteObjectTagging"],
  },
  { name: "restore", operations: ["RestoreObject"] },
  { name: "cors", operations: ["PutBucketCors", "GetBucketCors", "DeleteBucketCors"] },
  { name: "referer", operations: ["PutBucketReferer", "GetBucketReferer"] },
  {
    name: "policy",
    operations: ["PutBucketPolicy", "GetBucketPolicy", "DeleteBucketPolicy"],
  },
  { name: "policy-status", operations: ["GetBucketPolicyStatus"] },
  {
    name: "lifecycle",
    operations: ["PutBucketLifecycle", "GetBucketLifecycle", "DeleteBucketLifecycle"],
  },
  {
    name: "worm",
    operations: [
      "InitiateBucketWorm",
      "GetBucketWorm",
      "AbortBucketWorm",
      "CompleteBucketWorm",
      "ExtendBucketWorm",
    ],
  },
  {
    name: "object-worm",
    operations: [
      "PutBucketObjectWormConfiguration",
      "GetBucketObjectWormConfiguration",
      "PutObjectRetention",
      "GetObjectRetention",
      "PutObjectLegalHold",
      "GetObjectLegalHold",
    ],
  },
  {
    name: "website",
    operations: ["PutBucketWebsite", "GetBucketWebsite", "DeleteBucketWebsite"],
  },
  {
    name: "logging",
    operations: ["PutBucketLogging", "GetBucketLogging", "DeleteBucketLogging"],
  },
  {
    name: "inventory",
    operations: [
      "PutBucketInventory",
      "GetBucketInventory",
      "ListBucketInventory",
      "DeleteBucketInventory",
    ],
  },
  {
    name: "encryption",
    operations: ["PutBucketEncryption", "GetBucketEncryption", "DeleteBucketEncryption"],
  },
  { name: "select", operations: ["SelectObject", "CreateSelectObjectMeta"] },
  {
    name: "overwrite-rules",
    operations: [
      "PutBucketOverwriteConfig",
      "GetBucketOverwriteConfig",
      "DeleteBucketOverwriteConfig",
    ],
  },
  {
    name: "account-block",
    operations: ["PutPublicAccessBlock", "GetPublicAccessBlock", "DeletePublicAccessBlock"],
  },
  { name: "style", operations: ["PutStyle", "GetStyle", "ListStyle", "DeleteStyle"] },
  {
    name: "meta-query",
    operations: ["OpenMetaQuery", "GetMetaQueryStatus", "DoMetaQuery", "CloseMetaQuery"],
  },
  { name: "save-image", operations: ["ProcessObject"] },
  { name: "bucket-tags", operations: ["PutBucketTags", "GetBucketTags", "DeleteBucketTags"] },
  {
    name: "request-payment",
    operations: ["PutBucketRequestPayment", "GetBucketRequestPayment"],
  },
  {
    name: "bucket-settings",
    operations: [
      "PutBucketTransferAcceleration",
      "GetBucketTransferAcceleration",
      "PutBucketAccessMonitor",
      "GetBucketAccessMonitor",
      "PutBucketPublicAccessBlock",
      "GetBucketPublicAccessBlock",
      "DeleteBucketPublicAccessBlock",
      "PutBucketHttpsConfig",
      "GetBucketHttpsConfig",
    ],
  },
  { name: "preflight", operations: ["OptionObject"] },
  {
    name: "resource-group",
    operations: ["PutBucketResourceGroup", "GetBucketResourceGroup"],
  },
  {
    name: "archive-direct-read",
    operations: ["PutBucketArchiveDirectRead", "GetBucketArchiveDirectRead"],
  },
  {
    name: "callback-policy",
    operations: [
      "PutBucketCallbackPolicy",
      "GetBucketCallbackPolicy",
      "DeleteBucketCallbackPolicy",
    ],
  },
  { name: "clean-restored", operations: ["CleanRestoredObject"] },
  { name: "acceleration-removed", operations: ["DeleteBucketTransferAcceleration"] },
  { name: "live-channels", operations: ["ListLiveChannel"] },
  { name: "assume-role", operations: ["AssumeRole"] },
  { name: "regions", operations: ["DescribeRegions"] },
  { name: "seal", operations: ["SealAppendObject"] },
  {
    name: "versioning",
    operations: ["PutBucketVersioning", "GetBucketVersioning", "ListObjectVersions"],
  },
  { name: "delete", operations: ["DeleteObject", "DeleteMultipleObjects"] },
  { name: "delete-bucket", operations: ["DeleteBucket"] },
];
