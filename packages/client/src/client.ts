// createClient: one object with a method for every operation, typed from the same declarations that the server decodes with.
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
import type { GetObjectInput } from "@ossicle/protocol";

type Method<O> =
  O extends Operation<infer Input, infer Output>
    ? (
        input: Input,
        options?: CallOptions,
      ) => Promise<Output & { readonly requestId: string | undefined }>
    : never;

type SimpleName = Exclude<OperationName, "putObject" | "getObject">;

/** A method for every operation, and presigning. */
export type Client = {
  readonly [Name in SimpleName]: Method<Operations[Name]>;
} & {
  readonly putObject: (request: PutObjectRequest) => Promise<PutObjectResult>;
  readonly getObject: (request: GetObjectRequest) => Promise<GetObjectResult>;
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
 * const client = createClient({ endpoint, region: "cn-hangzhou", credentials: environmentCredentials() });
 * const { callback } = await client.putObject({ bucket, key, body, callback: { url, body: "object=${object}" } });
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
    presignGetObject: (input, given) => presignGetObject(connection, input, given),
    presignPutObject: (input, given) => presignPutObject(connection, input, given),
    connection,
  };
}
