// createClient: one object with a method for every operation, typed from the same declarations that
// the server decodes with.
import {
  type AppendObjectOutput,
  type CreateSelectObjectMetaInput,
  type GetObjectInput,
  type Operation,
  type OperationName,
  operations,
  type SelectObjectInput,
  type TriggerCallbackOutput,
  type UploadPartOutput,
  type ProcessObjectInput,
} from "@ossicle/protocol";
import { checkConnectionOptions, requireBody } from "./check-options.ts";
import { appendObject, type AppendObjectRequest } from "./append-object.ts";
import { call } from "./call.ts";
import type { UploadResult } from "./callback-answer.ts";
import type { CallOptions, UploadOptions, WithRequestId } from "./call-options.ts";
import {
  completeMultipartUpload,
  type CompleteMultipartUploadRequest,
  type CompleteMultipartUploadResult,
} from "./complete-multipart-upload.ts";
import { connect, type Connection, type ConnectionOptions } from "./connection.ts";
import { getObject, type GetObjectResult } from "./get-object.ts";
import type { BucketAccessMethods } from "./methods/bucket-access-methods.ts";
import type { BucketMethods } from "./methods/bucket-methods.ts";
import type { MetaQueryMethods } from "./methods/meta-query-methods.ts";
import type { BucketSettingMethods } from "./methods/bucket-setting-methods.ts";
import type { MultipartMethods } from "./methods/multipart-methods.ts";
import type { ObjectMethods } from "./methods/object-methods.ts";
import type { ServiceMethods } from "./methods/service-methods.ts";
import { multipartUpload, type MultipartUploadRequest } from "./multipart-upload.ts";
import { allObjects, allParts, allUploads, allVersions } from "./paginate.ts";
import { postForm, type PostForm, type PostFormInput } from "./post-form.ts";
import {
  type PresignedRequest,
  presignGetObject,
  type PresignOptions,
  presignPutObject,
  type PresignPutObjectInput,
} from "./presign.ts";
import { putObject, type PutObjectRequest, type PutObjectResult } from "./put-object.ts";
import {
  createSelectObjectMeta,
  selectObject,
  type SelectObjectMeta,
  type SelectObjectResult,
} from "./select-object.ts";
import { processObject, type SavedImage } from "./process-object.ts";
import { triggerCallback, type TriggerCallbackRequest } from "./trigger-callback.ts";
import { uploadPart, type UploadPartRequest } from "./upload-part.ts";

/** A method for every operation, and methods that combine several operations. */
export interface Client
  extends
    ServiceMethods,
    BucketMethods,
    BucketAccessMethods,
    BucketSettingMethods,
    MetaQueryMethods,
    ObjectMethods,
    MultipartMethods {
  /**
   * Stores an object of up to 5 GB. With a callback, the result holds the application's answer.
   * Rejects with `CallbackFailedError` where the object is stored and the application did not
   * confirm it.
   * @example
   * const callback = { url, body: "object=${object}&size=${size}" };
   * const request = { bucket, key, body: "hello", callback };
   * const result = await client.putObject(request);
   * const answer = result.callback?.json();
   */
  readonly putObject: (
    request: PutObjectRequest,
    options?: UploadOptions,
  ) => Promise<PutObjectResult>;
  /**
   * Reads an object, or a range of it. Rejects a `range` that OSS would ignore.
   * @example
   * const { text } = await client.getObject({ bucket, key });
   * const content = await text();
   */
  readonly getObject: (input: GetObjectInput, options?: CallOptions) => Promise<GetObjectResult>;
  /**
   * Appends to an appendable object. The first append creates the object. The client never retries
   * an append: after a lost answer, call `headObject` to see whether the bytes were appended.
   * @example
   * const target = { bucket, key: "log", position: 0 };
   * const { nextAppendPosition } = await client.appendObject({ ...target, body: "line\n" });
   */
  readonly appendObject: (
    request: AppendObjectRequest,
    options?: UploadOptions,
  ) => Promise<WithRequestId<AppendObjectOutput>>;
  /**
   * Calls the application back for an object that exists, as its upload would have done. Rejects
   * with `CallbackFailedError` when the application did not confirm it.
   * @example
   * const callback = { url, body: "object=${object}" };
   * const { callback: reply } = await client.triggerCallback({ bucket, key, callback });
   */
  readonly triggerCallback: (
    request: TriggerCallbackRequest,
    options?: CallOptions,
  ) => Promise<UploadResult<TriggerCallbackOutput>>;
  /**
   * Stores a processed image as an object, which gets the ACL of its bucket.
   * @example
   * const process = `image/resize,w_200|sys/saveas,o_${btoa("small.png")}`;
   * const { fileSize } = await client.processObject({ bucket, key: "large.png", process });
   */
  readonly processObject: (
    input: ProcessObjectInput,
    options?: CallOptions,
  ) => Promise<WithRequestId<SavedImage>>;
  /**
   * Runs a query over an object, and returns the rows that match.
   * @example
   * const inputSerialization = { csv: { fileHeaderInfo: "Use" } };
   * const expression = "select name from ossobject where age > 40";
   * const query = { process: "csv/select", expression, inputSerialization } as const;
   * const { text } = await client.selectObject({ bucket, key, ...query });
   * const content = await text();
   */
  readonly selectObject: (
    input: SelectObjectInput,
    options?: CallOptions,
  ) => Promise<SelectObjectResult>;
  /**
   * Counts the rows and columns of an object, as they are for a query.
   * @example
   * const counts = await client.createSelectObjectMeta({ bucket, key, process: "csv/meta" });
   */
  readonly createSelectObjectMeta: (
    input: CreateSelectObjectMetaInput,
    options?: CallOptions,
  ) => Promise<SelectObjectMeta>;
  /**
   * Sends one part of an upload. A part that is sent again replaces the one of the same number.
   * @example
   * const part = { bucket, key, uploadId, partNumber: 1 };
   * const { etag } = await client.uploadPart({ ...part, body: "hello" });
   */
  readonly uploadPart: (
    request: UploadPartRequest,
    options?: UploadOptions,
  ) => Promise<WithRequestId<UploadPartOutput>>;
  /**
   * Combines an upload's parts into one object. Rejects as `putObject` does.
   * @example
   * const parts = [{ partNumber: 1, etag }];
   * const upload = { bucket, key, uploadId };
   * await client.completeMultipartUpload({ ...upload, parts });
   */
  readonly completeMultipartUpload: (
    request: CompleteMultipartUploadRequest,
    options?: CallOptions,
  ) => Promise<CompleteMultipartUploadResult>;
  /**
   * Stores a large object in parts: parallel, resumable, with progress and callback.
   * @example
   * const body = await openAsBlob("video.mp4");
   * const onProgress = (sent: number, total = 0) => showProgress(sent / total);
   * const target = { bucket, key: "video.mp4" };
   * await client.multipartUpload({ ...target, body }, { onProgress });
   */
  readonly multipartUpload: (
    request: MultipartUploadRequest,
    options?: UploadOptions,
  ) => Promise<CompleteMultipartUploadResult>;
  /**
   * All objects of a bucket, or those with a prefix. Pages are fetched as they are needed.
   * @example
   * for await (const { key } of client.allObjects({ bucket })) keys.push(key);
   */
  readonly allObjects: (...input: Rest<typeof allObjects>) => ReturnType<typeof allObjects>;
  /**
   * All versions and delete markers, the newest first within a key.
   * @example
   * const all = client.allVersions({ bucket });
   * for await (const { value } of all) keys.push(value.key);
   */
  readonly allVersions: (...input: Rest<typeof allVersions>) => ReturnType<typeof allVersions>;
  /**
   * All uploads in parts that are under way.
   * @example
   * for await (const { key } of client.allUploads({ bucket })) keys.push(key);
   */
  readonly allUploads: (...input: Rest<typeof allUploads>) => ReturnType<typeof allUploads>;
  /**
   * All parts of an upload.
   * @example
   * const upload = { bucket, key, uploadId };
   * for await (const { partNumber } of client.allParts(upload)) numbers.push(partNumber);
   */
  readonly allParts: (...input: Rest<typeof allParts>) => ReturnType<typeof allParts>;
  /**
   * Makes everything that a page needs to post a file: address, fields, signature.
   * @example
   * const target = { bucket, key: "in/${filename}" };
   * const { url: action, fields } = await client.postForm({ ...target, expiresSeconds: 300 });
   */
  readonly postForm: (input: PostFormInput) => Promise<PostForm>;
  /**
   * Presigns a download for a program without a key.
   * @example
   * const target = { bucket, key };
   * const { url: link } = await client.presignGetObject(target, { expiresSeconds: 300 });
   */
  readonly presignGetObject: (
    input: GetObjectInput,
    options: PresignOptions,
  ) => Promise<PresignedRequest>;
  /**
   * Presigns an upload for a program without a key. The signature covers the callback.
   * @example
   * const callback = { url, body: "object=${object}" };
   * const target = { bucket, key, callback };
   * const { url: link } = await client.presignPutObject(target, { expiresSeconds: 300 });
   */
  readonly presignPutObject: (
    input: PresignPutObjectInput,
    options: PresignOptions,
  ) => Promise<PresignedRequest>;
  /** The connection, for the functions of this package that take one. */
  readonly connection: Connection;
}

/** The parameters of a function after its connection. */
type Rest<F> = F extends (connection: Connection, ...rest: infer R) => unknown ? R : never;

/** Operations with methods of their own below, and those that only browsers or their forms send. */
type SpecialName =
  | "putObject"
  | "getObject"
  | "uploadPart"
  | "appendObject"
  | "completeMultipartUpload"
  | "triggerCallback"
  | "processObject"
  | "selectObject"
  | "createSelectObjectMeta"
  | "postObject"
  | "optionObject"
  | "optionBucket";

/**
 * The methods that only pass their operation to `call`. This does not compile, and the error names
 * the operation, when an operation has no method in `methods/`.
 */
type CalledMethods = Pick<Client, Exclude<OperationName, SpecialName>>;

/**
 * Makes a client. Throws TypeError for an unknown option, a missing `endpoint` or `region`, and an
 * `endpoint` that is not a URL.
 * @example
 * const credentials = environmentCredentials();
 * const client = createClient({ endpoint, region: "cn-hangzhou", credentials });
 * const callback = { url, body: "object=${object}" };
 * const { callback: reply } = await client.putObject({ bucket, key, body, callback });
 */
export function createClient(options: ConnectionOptions): Client {
  checkConnectionOptions(options);
  const connection = connect(options);
  const methods = Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      (input: never, given?: CallOptions) =>
        call(connection, operation as Operation<never, object>, input, given),
    ]),
  ) as unknown as CalledMethods; // one entry for each name of the same table
  return {
    ...methods,
    putObject: (request, given) => {
      requireBody(request);
      return putObject(connection, request, given);
    },
    getObject: (request, given) => getObject(connection, request, given),
    uploadPart: (request, given) => {
      requireBody(request);
      return uploadPart(connection, request, given);
    },
    appendObject: (request, given) => {
      requireBody(request);
      return appendObject(connection, request, given);
    },
    triggerCallback: (request, given) => triggerCallback(connection, request, given),
    processObject: (input, given) => processObject(connection, input, given),
    selectObject: (input, given) => selectObject(connection, input, given),
    createSelectObjectMeta: (input, given) => createSelectObjectMeta(connection, input, given),
    completeMultipartUpload: (request, given) =>
      completeMultipartUpload(connection, request, given),
    multipartUpload: (request, given) => {
      requireBody(request);
      return multipartUpload(connection, request, given);
    },
    allObjects: (...input) => allObjects(connection, ...input),
    allVersions: (...input) => allVersions(connection, ...input),
    allUploads: (...input) => allUploads(connection, ...input),
    allParts: (...input) => allParts(connection, ...input),
    postForm: (input) => postForm(connection, input),
    presignGetObject: (input, given) => presignGetObject(connection, input, given),
    presignPutObject: (input, given) => presignPutObject(connection, input, given),
    connection,
  };
}
