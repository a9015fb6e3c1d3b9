// The action that a policy knows an operation by: mostly its name; some operations share another's.
import { type OperationName, operations } from "@ossicle/protocol";
import type { Subject } from "./subject.ts";

const shared: Readonly<Partial<Record<OperationName, string>>> = {
  headObject: "oss:GetObject",
  getObjectMeta: "oss:GetObject",
  getSymlink: "oss:GetObject",
  copyObject: "oss:PutObject",
  postObject: "oss:PutObject",
  putSymlink: "oss:PutObject",
  appendObject: "oss:PutObject",
  sealAppendObject: "oss:PutObject",
  initiateMultipartUpload: "oss:PutObject",
  uploadPart: "oss:PutObject",
  uploadPartCopy: "oss:PutObject",
  completeMultipartUpload: "oss:PutObject",
  putObjectAcl: "oss:PutObjectAcl",
  getObjectAcl: "oss:GetObjectAcl",
  listObjectsV2: "oss:ListObjects",
  headBucket: "oss:GetBucketInfo",
  getBucketCors: "oss:GetBucketCors",
  putBucketTags: "oss:PutBucketTagging",
  getBucketTags: "oss:GetBucketTagging",
  deleteBucketTags: "oss:DeleteBucketTagging",
};

/**
 * Operations whose action ends in `Version` when they name one (OSS documentation, RAM policy
 * actions).
 */
const versioned: ReadonlySet<string> = new Set([
  "oss:GetObject",
  "oss:DeleteObject",
  "oss:GetObjectAcl",
  "oss:PutObjectAcl",
  "oss:GetObjectTagging",
  "oss:PutObjectTagging",
  "oss:DeleteObjectTagging",
  "oss:RestoreObject",
]);

/**
 * Actions that a header implies beside the operation's own (OSS documentation, PutObject,
 * permissions).
 */
const impliedByHeader: Readonly<Record<string, string>> = {
  "x-oss-object-acl": "oss:PutObjectAcl",
  "x-oss-tagging": "oss:PutObjectTagging",
};

/** The same of PutBucket (OSS documentation, PutBucket, permissions). */
const impliedOfBucket: Readonly<Record<string, string>> = { "x-oss-acl": "oss:PutBucketAcl" };

/**
 * The actions that a request's headers imply: a bucket or an object that is given an ACL, or tags.
 */
export function impliedActionsOf(
  { operation }: Subject,
  headers: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const { access, level } = operations[operation];
  const isOfObject = access === "write" && (level === "object" || operation === "postObject");
  const implied = isOfObject ? impliedByHeader : operation === "putBucket" ? impliedOfBucket : {};
  // An empty header counts as absent.
  return Object.entries(implied).flatMap(([name, action]) => (headers[name] ? [action] : []));
}

/** The action of a request. */
export function actionOf({ operation, versionId }: Subject): string {
  const action = shared[operation] ?? `oss:${operations[operation].name}`;
  return versionId !== undefined && versioned.has(action) ? `${action}Version` : action;
}
