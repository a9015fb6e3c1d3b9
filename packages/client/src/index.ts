// @ossicle/client: a small typed client for OSS and Ossicle. In `instanceof` checks, use the
// OssError of this package: in Node it differs from that of @ossicle/protocol
// (docs/decisions/0007).
export type { Connection, ConnectionOptions } from "./connection.ts";
export type { ProgressListener, UploadBody } from "./body.ts";
export { type AssumeRoleOptions, assumeRoleCredentials, StsError } from "./assume-role.ts";
export { call } from "./call.ts";
export type { CallOptions, UploadOptions, WithRequestId } from "./call-options.ts";
export type { CallbackAnswer, UploadResult } from "./callback-answer.ts";
export { CallbackFailedError, type StoredUpload } from "./callback-failed-error.ts";
export { type Client, createClient } from "./client.ts";
export {
  completeMultipartUpload,
  type CompleteMultipartUploadRequest,
  type CompleteMultipartUploadResult,
} from "./complete-multipart-upload.ts";
export { connect } from "./connection.ts";
export {
  type CredentialsProvider,
  environmentCredentials,
  type ExpiringCredentials,
} from "./credentials.ts";
export { getObject, type GetObjectResult } from "./get-object.ts";
export {
  type MultipartCheckpoint,
  multipartUpload,
  type MultipartUploadRequest,
} from "./multipart-upload.ts";
export { allObjects, allParts, allUploads, allVersions } from "./paginate.ts";
export { postForm, type PostForm, type PostFormInput } from "./post-form.ts";
export { appendObject, type AppendObjectRequest } from "./append-object.ts";
export {
  createSelectObjectMeta,
  selectObject,
  type SelectObjectMeta,
  type SelectObjectResult,
} from "./select-object.ts";
export { processObject, type SavedImage } from "./process-object.ts";
export { triggerCallback, type TriggerCallbackRequest } from "./trigger-callback.ts";
export { uploadPart, type UploadPartRequest } from "./upload-part.ts";
export {
  type PresignedRequest,
  presignGetObject,
  type PresignOptions,
  presignPutObject,
  type PresignPutObjectInput,
} from "./presign.ts";
export { readUploadAnswer } from "./read-upload-answer.ts";
export { putObject, type PutObjectRequest, type PutObjectResult } from "./put-object.ts";
export {
  type Addressing,
  AnswerInvalidError,
  type CallbackRequest,
  type CallbackTarget,
  type Credentials,
  defineCallback,
  type DefinedCallback,
  encodeCallback,
  encodeCallbackVariables,
  type EncodedCallback,
  OssError,
  type StandardSchema,
  type SystemVariable,
} from "@ossicle/protocol";
