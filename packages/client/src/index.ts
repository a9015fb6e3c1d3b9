// @ossicle/client: a small typed client for OSS and Ossicle.
export type { Addressing, Connection, ConnectionOptions } from "./connection.ts";
export type { ProgressListener, UploadBody } from "./body.ts";
export { call, type CallOptions } from "./call.ts";
export {
  type CallbackRequest,
  encodeCallback,
  encodeCallbackVariables,
  type EncodedCallback,
} from "./callback.ts";
export { CallbackFailedError } from "./callback-failed-error.ts";
export { type Client, createClient } from "./client.ts";
export { connect } from "./connection.ts";
export {
  type CredentialsProvider,
  environmentCredentials,
  type ExpiringCredentials,
} from "./credentials.ts";
export { getObject, type GetObjectRequest, type GetObjectResult } from "./get-object.ts";
export {
  type PresignedRequest,
  presignGetObject,
  type PresignOptions,
  presignPutObject,
  type PresignPutObjectInput,
} from "./presign.ts";
export {
  type CallbackAnswer,
  putObject,
  type PutObjectRequest,
  type PutObjectResult,
} from "./put-object.ts";
export { type Credentials, OssError } from "@ossicle/protocol";
