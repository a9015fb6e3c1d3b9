// @ossicle/client: a small typed client for OSS and Ossicle. Catch with the OssError of this package (docs/decisions/0007).
export type { Connection, ConnectionOptions } from "./connection.ts";
export type { ProgressListener, UploadBody } from "./body.ts";
export { call, type CallOptions } from "./call.ts";
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
export {
  type Addressing,
  type CallbackRequest,
  type Credentials,
  encodeCallback,
  encodeCallbackVariables,
  type EncodedCallback,
  OssError,
} from "@ossicle/protocol";
