// Presigned URLs: a request that another program sends, with its callback inside the signature.
import {
  addressOf,
  checkPresign,
  type CallbackRequest,
  encodeCallbackParameters,
  type EncodedCallback,
  formatQuery,
  type GetObjectInput,
  getObject,
  putObject,
  type PutObjectInput,
  signQuery,
  utf8ToBinary,
} from "@ossicle/protocol";
import type { Connection } from "./connection.ts";
import { requireRange } from "./check-options.ts";
import { encodeInput, queryOf } from "./send.ts";

/** How long a presigned URL is valid. */
export interface PresignOptions {
  /** 1 to 604,800. */
  readonly expiresSeconds: number;
}

/** A URL, and the headers that must go with it because the signature covers them. */
export interface PresignedRequest {
  readonly method: "GET" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Presigns a download. Throws RangeError for an invalid bucket, key or lifetime, and TypeError for
 * a `range` that OSS would ignore.
 */
export async function presignGetObject(
  connection: Connection,
  input: GetObjectInput,
  options: PresignOptions,
): Promise<PresignedRequest> {
  checkPresign({ ...input, ...options });
  requireRange(input);
  const encoded = encodeInput(getObject, input);
  return presign(connection, "GET", encoded, options);
}

/** The members of an upload that its presigned URL fixes. */
export interface PresignPutObjectInput extends Omit<PutObjectInput, "callback" | "callbackVar"> {
  /** Travels in the URL, so that the uploader sends no header for it. */
  readonly callback?: CallbackRequest | EncodedCallback;
}

/**
 * Presigns an upload, with its callback in the URL. Throws RangeError as {@link presignGetObject}
 * does.
 */
export async function presignPutObject(
  connection: Connection,
  { callback, ...input }: PresignPutObjectInput,
  options: PresignOptions,
): Promise<PresignedRequest> {
  checkPresign({ ...input, ...options });
  const encoded = encodeInput(putObject, input);
  const query: [string, string][] = [...encoded.query].map(([name, value]) => [name, value]);
  if (callback !== undefined) {
    const parameters = encodeCallbackParameters(callback);
    query.push(["callback", parameters.callback]);
    if (parameters.callbackVar !== undefined) query.push(["callback-var", parameters.callbackVar]);
  }
  return presign(connection, "PUT", { ...encoded, query }, options);
}

interface Unsigned {
  readonly bucket?: string;
  readonly key?: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly query: readonly (readonly [string, string])[];
}

async function presign(
  connection: Connection,
  method: "GET" | "PUT",
  request: Unsigned,
  { expiresSeconds }: PresignOptions,
): Promise<PresignedRequest> {
  const credentials = await connection.credentials?.();
  if (credentials === undefined) throw new Error("presigning needs credentials");
  const { url, resource } = addressOf(connection, request.bucket, request.key);
  const headers = request.headers.map(([name, value]) => [name, utf8ToBinary(value)] as const);
  const query = await signQuery(
    { method, resource, query: queryOf({}, request.query), headers },
    {
      credentials,
      version: connection.signatureVersion,
      region: connection.region,
      now: new Date(connection.now()),
      expiresSeconds,
    },
  );
  return { method, url: url + formatQuery(query), headers: Object.fromEntries(headers) };
}
