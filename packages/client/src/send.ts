// Sends one operation: encodes its input by its declaration, signs, retries where that is safe, and
// turns errors into OssError.
import {
  addressOf,
  binaryToText,
  type Binding,
  type Bindings,
  type EncodedMessage,
  encodeFields,
  errorOf,
  formatQuery,
  metadataPrefix,
  type Operation,
  type OssError,
  type QueryParameter,
  requireKnown,
  signHeaders,
  utf8ToBinary,
} from "@ossicle/protocol";
import { readBody } from "./answer.ts";
import { counted, isReplayable, type ProgressListener, type UploadBody } from "./body.ts";
import type { Connection } from "./connection.ts";
import { inBrowser, sendFromBrowser } from "./browser.ts";

/** Options of a request, besides the operation's input. */
export interface SendOptions {
  readonly body?: UploadBody | undefined;
  /** The operation's XML document, in place of a body. */
  readonly document?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Whether the caller reads the answer's body. */
  readonly streams?: boolean;
  /** Whether the request may be retried. Default: whether the operation is idempotent. */
  readonly repeatable?: boolean;
}

/** An answer of 2xx, before its output is decoded. */
export interface Sent {
  readonly response: Response;
  /** The answer's body; empty when the caller reads it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly requestId: string | undefined;
}

/** A declaration under its general type. */
type AnyOperation = Operation<never, unknown>;

/**
 * Longest pause before a retry, in milliseconds. A pause is a random part of a bound that doubles
 * with every try.
 */
const maxPauseMs = 4_000;

/**
 * Sends a request and returns an answer of 2xx. Throws OssError, fetch's own error when there was
 * no answer, a DOMException named TimeoutError when there was none in time, and TypeError for a
 * member that the operation does not have.
 */
export async function send<Input>(
  connection: Connection,
  operation: Operation<Input, unknown>,
  input: Input,
  options: SendOptions = {},
): Promise<Sent> {
  const { body, signal, streams } = options;
  const replayable = isReplayable(body);
  const attempts =
    (options.repeatable ?? operation.idempotent) && replayable ? connection.attempts : 1;
  let canCorrect = replayable;
  for (let attempt = 1; ; attempt += 1) {
    let failure: unknown;
    const sendNow = await prepare(connection, operation as AnyOperation, input as never, options);
    const timer = waitFor(connection.timeoutMs, body, signal);
    try {
      const response = await sendNow(timer.signal);
      const { ok, status } = response;
      const bytes = ok && streams ? new Uint8Array() : await readBody(response);
      if (ok) return { response, bytes, requestId: headerOf(response, "x-oss-request-id") };
      failure = errorFrom(response, bytes);
      const serverMs = Date.parse(headerOf(response, "date") ?? "");
      if ((failure as OssError).code === "RequestTimeTooSkewed" && serverMs) {
        // The request was refused before anything was done: it is sent once more, by the server's
        // clock. A stream cannot be sent again, but the next request has the right time.
        connection.correctClock(serverMs);
        if (canCorrect) {
          canCorrect = false;
          continue;
        }
      }
      if (status < 500 || status === 501) throw failure;
    } catch (cause) {
      // fetch reports a broken connection as a TypeError.
      if (!(cause instanceof TypeError) || timer.signal.aborted) throw cause;
      failure = cause;
    } finally {
      timer.end();
    }
    if (attempt >= attempts) throw failure;
    const bound = Math.min(maxPauseMs, 100 * 2 ** attempt);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * bound));
  }
}

// Encodes and signs again for every try, because the signature contains the time.
async function prepare(
  connection: Connection,
  operation: AnyOperation,
  input: never,
  options: SendOptions,
): Promise<(signal: AbortSignal) => Promise<Response>> {
  const encoded = encodeInput(operation, input);
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
  const { onProgress } = options;
  const request = { method: operation.method, headers: [...headers, ...signed] };
  const streams = body !== undefined && (onProgress !== undefined || !isReplayable(body));
  return (signal) =>
    inBrowser && streams && connection.fetch === undefined
      ? sendFromBrowser(target, { ...request, signal, body, onProgress })
      : (connection.fetch ?? fetch)(target, {
          ...request,
          signal,
          redirect: "manual",
          // Streams need half duplex (fetch standard).
          ...(streams ? { body: counted(body, onProgress), duplex: "half" } : { body }),
        } as RequestInit); // its headers may be read-only pairs, and its signal undefined
}

/** Encodes an input's headers and query. Throws TypeError for a member that it does not have. */
export function encodeInput<Input extends object>(
  { name, input: bindings }: Pick<Operation<Input, unknown>, "name" | "input">,
  input: Input,
): EncodedMessage {
  requireKnown(name, input, bindings);
  return encodeFields(bindings, input);
}

// Sets the content type: fetch would add its own for strings and Blobs, after the request was
// signed.
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
  // The parameter that selects DeleteBucketTags is an input as well. Send it once.
  const selectors = (operation.selectors ?? [])
    .map((selector) => selector.split("=", 2))
    .filter(([name]) => !input.some(([own]) => own === name));
  return [...selectors, ...input].map(([name = "", value = ""]) => ({
    name: utf8ToBinary(name),
    value: utf8ToBinary(value),
  }));
}

/** The longest that a timer can wait, in milliseconds (HTML standard: 32 bits). */
export const longestTimerMs: number = 2 ** 31 - 1;

/** The slowest upload that does not time out, in bytes a millisecond. */
const slowestRate = 64;

// Makes a signal that aborts with the caller's, or when no answer arrives in time. The length of a
// stream is unknown, so it gets the longest timer.
function waitFor(
  timeoutMs: number,
  body: UploadBody | undefined,
  signal: AbortSignal | undefined,
): { readonly signal: AbortSignal; readonly end: () => void } {
  const limit = new AbortController();
  const { size, byteLength = isReplayable(body) ? 0 : Infinity } = (body ?? {}) as Partial<
    Blob & ArrayBuffer
  >; // strings are short
  const timer = setTimeout(
    () => limit.abort(new DOMException("no answer in time", "TimeoutError")),
    Math.min(timeoutMs + (size ?? byteLength) / slowestRate, longestTimerMs),
  );
  return {
    signal: signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]),
    end: () => clearTimeout(timer),
  };
}

/** Reads an error answer. The answer to a HEAD has its document in the header `x-oss-err`. */
export function errorFrom(response: Response, bytes: Uint8Array): OssError {
  const inHeader = headerOf(response, "x-oss-err");
  const body = inHeader === undefined ? new TextDecoder().decode(bytes) : textOf(inHeader);
  return errorOf(body, {
    status: response.status,
    requestId: headerOf(response, "x-oss-request-id"),
    ec: headerOf(response, "x-oss-ec"),
  });
}

// fetch returns a header's bytes as Latin-1. OSS sends UTF-8 in headers.
function headerOf({ headers }: Response, name: string): string | undefined {
  const value = headers.get(name);
  return value === null ? undefined : binaryToText(value);
}

// Without a document, the error is made from the status alone.
function textOf(base64: string): string {
  try {
    return binaryToText(atob(base64));
  } catch {
    return "";
  }
}

/**
 * Decodes the output in an answer's headers, without the document. Throws Error for a malformed
 * header.
 */
export function decodeOutput<Output>(
  { output }: { readonly output: Bindings<Output> },
  response: Response,
): Output {
  const out: Record<string, unknown> = {};
  for (const field in output) {
    const binding = output[field] as Binding<unknown>;
    const value =
      binding.place === "header"
        ? decodeHeader(binding, headerOf(response, binding.name))
        : binding.place === "metadata"
          ? userMetadata(response.headers)
          : undefined; // part of the document
    if (value !== undefined) out[field] = value;
  }
  return out as Output; // filled from its own table
}

function decodeHeader(
  { name, codec }: Extract<Binding<unknown>, { readonly place: "header" | "query" }>,
  raw: string | undefined,
): unknown {
  try {
    return raw === undefined ? undefined : codec.decode(raw);
  } catch (cause) {
    throw new Error(`answer has bad ${name}: ${raw}`, { cause });
  }
}

function userMetadata(headers: Headers): Readonly<Record<string, string>> | undefined {
  const found = [...headers]
    .filter(([name]) => name.startsWith(metadataPrefix))
    .map(([name, value]) => [name.slice(metadataPrefix.length), binaryToText(value)] as const);
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
