// createClient: one object with a method for every operation, typed from the same declarations that
// the server decodes with.
import { type Operation, type OperationName, operations, type Operations } from "@ossicle/protocol";
import { call, type CallOptions } from "./call.ts";
import { connect, type Connection, type ConnectionOptions } from "./connection.ts";
import { getObject, type GetObjectRequest, type GetObjectResult } from "./get-object.ts";
import {
  type PresignedRequest,
  presignGetObject,
  type PresignOptions,
  presignPutObject,
  type PresignPutObjectInput,
} from "./presign.ts";
import { putObject, type PutObjectRequest, type PutObjectResult } from "./put-object.ts";
import {
  completeMultipartUpload,
  type CompleteMultipartUploadRequest,
  type CompleteMultipartUploadResult,
} from "./complete-multipart-upload.ts";
import { multipartUpload, type MultipartUploadRequest } from "./multipart-upload.ts";
import { allObjects, allParts, allUploads, allVersions } from "./paginate.ts";
import { postForm, type PostForm, type PostFormInput } from "./post-form.ts";
import { appendObject, type AppendObjectRequest } from "./append-object.ts";
import { uploadPart, type UploadPartRequest } from "./upload-part.ts";
import type { AppendObjectOutput, GetObjectInput, UploadPartOutput } from "@ossicle/protocol";

type Method<O> =
  O extends Operation<infer Input, infer Output>
    ? (
        input: Input,
        options?: CallOptions,
      ) => Promise<Output & { readonly requestId: string | undefined }>
    : never;

/** Operations with methods of their own, and those that only browsers or their forms send. */
type SpecialName =
  | "putObject"
  | "getObject"
  | "uploadPart"
  | "appendObject"
  | "completeMultipartUpload"
  | "postObject"
  | "optionObject"
  | "optionBucket";

/** What a function takes beside its connection. */
type Rest<F> = F extends (connection: Connection, ...rest: infer R) => unknown ? R : never;

type SimpleName = Exclude<OperationName, SpecialName>;

/** A method for every operation, and presigning. */
export type Client = {
  readonly [Name in SimpleName]: Method<Operations[Name]>;
} & {
  readonly putObject: (request: PutObjectRequest) => Promise<PutObjectResult>;
  readonly getObject: (request: GetObjectRequest) => Promise<GetObjectResult>;
  readonly uploadPart: (request: UploadPartRequest) => Promise<UploadPartOutput>;
  readonly appendObject: (request: AppendObjectRequest) => Promise<AppendObjectOutput>;
  readonly completeMultipartUpload: (
    request: CompleteMultipartUploadRequest,
  ) => Promise<CompleteMultipartUploadResult>;
  /** Stores a large object in parts: parallel, resumable, with progress and callback. */
  readonly multipartUpload: (
    request: MultipartUploadRequest,
  ) => Promise<CompleteMultipartUploadResult>;
  /** All objects, page after page, as an async iterable; so are the three below. */
  readonly allObjects: (...input: Rest<typeof allObjects>) => ReturnType<typeof allObjects>;
  readonly allVersions: (...input: Rest<typeof allVersions>) => ReturnType<typeof allVersions>;
  readonly allUploads: (...input: Rest<typeof allUploads>) => ReturnType<typeof allUploads>;
  readonly allParts: (...input: Rest<typeof allParts>) => ReturnType<typeof allParts>;
  /** Everything that a page needs to post a file. */
  readonly postForm: (input: PostFormInput) => Promise<PostForm>;
  readonly presignGetObject: (
    input: GetObjectInput,
    options: PresignOptions,
  ) => Promise<PresignedRequest>;
  readonly presignPutObject: (
    input: PresignPutObjectInput,
    options: PresignOptions,
  ) => Promise<PresignedRequest>;
  /** For the functions of this package that take one. */
  readonly connection: Connection;
};

/**
 * Makes a client.
 * @example
 * const credentials = environmentCredentials();
 * const client = createClient({ endpoint, region: "cn-hangzhou", credentials });
 * const callback = { url, body: "object=${object}" };
 * const { callback: reply } = await client.putObject({ bucket, key, body, callback });
 */
export function createClient(options: ConnectionOptions): Client {
  const connection = connect(options);
  const methods = Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      (input: never, given?: CallOptions) =>
        call(connection, operation as Operation<never, object>, input, given),
    ]),
  ) as unknown as Pick<Client, SimpleName>; // one entry for each name of the same table
  return {
    ...methods,
    putObject: (request) => putObject(connection, request),
    getObject: (request) => getObject(connection, request),
    uploadPart: (request) => uploadPart(connection, request),
    appendObject: (request) => appendObject(connection, request),
    completeMultipartUpload: (request) => completeMultipartUpload(connection, request),
    multipartUpload: (request) => multipartUpload(connection, request),
    allObjects: (input) => allObjects(connection, input),
    allVersions: (input) => allVersions(connection, input),
    allUploads: (input) => allUploads(connection, input),
    allParts: (input) => allParts(connection, input),
    postForm: (input) => postForm(connection, input),
    presignGetObject: (input, given) => presignGetObject(connection, input, given),
    presignPutObject: (input, given) => presignPutObject(connection, input, given),
    connection,
  };
}
