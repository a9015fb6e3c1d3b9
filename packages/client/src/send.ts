// Sends one operation: encodes its input by its declaration, signs, retries where that is safe, and turns errors into OssError.
import {
  addressOf,
  binaryToText,
  type Bindings,
  decodeFields,
  encodeFields,
  errorOf,
  formatQuery,
  type Operation,
  type QueryParameter,
  signHeaders,
  utf8ToBinary,
} from "@ossicle/protocol";
import { fetchBody, isReplayable, type ProgressListener, type UploadBody } from "./body.ts";
import type { Connection } from "./connection.ts";
import { inBrowser, sendFromBrowser } from "./browser.ts";

/** What goes with a request beside the operation's input. */
export interface SendOptions {
  readonly body?: UploadBody | undefined;
  /** The operation's XML document, in place of a body. */
  readonly document?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Whether doing it twice does no more than doing it once. Default true. */
  readonly repeatable?: boolean;
}

/** An answer of 2xx, before its output is decoded. */
export interface Sent {
  readonly response: Response;
  readonly requestId: string | undefined;
}

/** A declaration under its general type. */
type AnyOperation = Operation<never, unknown>;

/** Longest pause before another try, in milliseconds; the pause is a random part of a doubling bound. */
const maxPauseMs = 4_000;

/** Sends a request and returns an answer of 2xx. Throws OssError, or fetch's own error when there was no answer. */
export async function send<Input>(
  connection: Connection,
  operation: Operation<Input, unknown>,
  input: Input,
  options: SendOptions = {},
): Promise<Sent> {
  const repeatable = (options.repeatable ?? true) && isReplayable(options.body);
  const attempts = repeatable ? connection.attempts : 1;
  for (let attempt = 1; ; attempt += 1) {
    let failure: unknown;
    const sendNow = await prepare(connection, operation as AnyOperation, input as never, options);
    try {
      const response = await sendNow();
      if (response.ok) {
        return { response, requestId: response.headers.get("x-oss-request-id") ?? undefined };
      }
      failure = await errorFrom(response);
      if (response.status < 500 || response.status === 501) throw failure;
    } catch (cause) {
      // fetch reports a broken connection as a TypeError.
      if (!(cause instanceof TypeError) || options.signal?.aborted) throw cause;
      failure = cause;
    }
    if (attempt >= attempts) throw failure;
    const bound = Math.min(maxPauseMs, 100 * 2 ** attempt);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * bound));
  }
}

// Encodes and signs anew for every try.
async function prepare(
  connection: Connection,
  operation: AnyOperation,
  input: never,
  options: SendOptions,
): Promise<() => Promise<Response>> {
  const encoded = encodeFields(operation.input, input);
  const headers = withType(
    encoded.headers.map(([name, value]) => [name.toLowerCase(), utf8ToBinary(value)] as const),
    options,
  );
  const query = queryOf(operation, encoded.query);
  const { url, resource } = addressOf(connection, encoded.bucket, encoded.key);
  const credentials = await connection.credentials?.();
  const signed =
    credentials === undefined
      ? []
      : await signHeaders(
          {
            method: operation.method,
            resource,
            query,
            headers,
          },
          {
            credentials,
            version: connection.signatureVersion,
            region: connection.region,
            now: new Date(connection.now()),
          },
        );
  const body = options.document ?? options.body;
  const target = url + formatQuery(query);
  const { onProgress, signal } = options;
  const request = { method: operation.method, headers: [...headers, ...signed], signal };
  const streams = body !== undefined && (onProgress !== undefined || !isReplayable(body));
  return () =>
    inBrowser && streams && connection.fetch === undefined
      ? sendFromBrowser(target, { ...request, body, onProgress })
      : (connection.fetch ?? fetch)(target, {
          ...request,
          redirect: "manual",
          ...fetchBody(body, onProgress),
        } as RequestInit); // its headers may be read-only pairs, and its signal undefined
}

// fetch names a type by itself for strings and blobs; what it sends must be what was signed.
function withType(
  headers: readonly (readonly [string, string])[],
  { body, document }: SendOptions,
): readonly (readonly [string, string])[] {
  if ((document ?? body) === undefined || headers.some(([name]) => name === "content-type"))
    return headers;
  const own = document === undefined ? body instanceof Blob && body.type : "application/xml";
  return [...headers, ["content-type", own || "application/octet-stream"]];
}

/** The parameters that select an operation, and those of its input. */
export function queryOf(
  operation: { readonly selectors?: readonly string[] },
  input: readonly (readonly [string, string])[],
): readonly QueryParameter[] {
  // Of DeleteBucketTags the parameter that selects it is an input as well.
  const selectors = (operation.selectors ?? [])
    .map((selector) => selector.split("=", 2))
    .filter(([name]) => !input.some(([own]) => own === name));
  return [...selectors, ...input].map(([name = "", value = ""]) => ({
    name: utf8ToBinary(name),
    value: utf8ToBinary(value),
  }));
}

/** Reads an error answer; a HEAD's travels in `x-oss-err`. */
export async function errorFrom(response: Response): Promise<ReturnType<typeof errorOf>> {
  const inHeader = response.headers.get("x-oss-err");
  const body = inHeader === null ? await response.text() : binaryToText(atob(inHeader));
  return errorOf(body, {
    status: response.status,
    requestId: response.headers.get("x-oss-request-id") ?? undefined,
    ec: response.headers.get("x-oss-ec") ?? undefined,
  });
}

/** Decodes an answer's output, all but its document. */
export function decodeOutput<Output>(
  operation: { readonly output: Bindings<Output> },
  response: Response,
): Output {
  return decodeFields(operation.output, {
    header: (name) => decodeHeader(response.headers.get(name)),
    query: () => undefined,
    metadata: () => userMetadata(response.headers),
  });
}

// Header values come as bytes; OSS carries UTF-8 in them.
function decodeHeader(value: string | null): string | undefined {
  return value === null ? undefined : binaryToText(value);
}

function userMetadata(headers: Headers): Readonly<Record<string, string>> | undefined {
  const found: [string, string][] = [];
  headers.forEach((value, name) => {
    if (name.startsWith("x-oss-meta-")) found.push([name.slice(11), binaryToText(value)]);
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
