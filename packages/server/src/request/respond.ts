// Stage 8: the answer as a message. Header names go out in OSS's own spelling; errors of HEAD
// travel in `x-oss-err`.
import {
  bareHost,
  encodeDocument,
  encodeFields,
  entries,
  type Operation,
  type OssError,
  writeErrorDocument,
} from "@ossicle/protocol";
import type { Result } from "../operations/handler.ts";
import type { Clock } from "../services.ts";
import type { CallbackAnswer } from "./deliver.ts";
import type { RequestMessage, ResponseMessage } from "./message.ts";

/** What every answer needs to know of its request. */
export interface ResponseContext {
  readonly clock: Clock;
  readonly message: RequestMessage;
  readonly requestId: string;
  readonly startedMs: number;
  /** What lets pages of other origins read the answer: names and values in turn. */
  readonly cors: readonly string[];
}

/** A request that went well. */
export interface Success {
  readonly operation: Operation<object, object>;
  readonly result: Result<object>;
  readonly answer: CallbackAnswer | undefined;
}

/** Answers a request that went well. */
export function respond(context: ResponseContext, success: Success): ResponseMessage {
  const { operation, result, answer } = success;
  const root = result.silent === true ? undefined : operation.outputRoot;
  const encoded = encodeFields(operation.output, result.output);
  const headers = commonHeaders(context);
  for (const [name, value] of encoded.headers) headers.push(name, value);
  const facts = { requestId: context.requestId, operation: operation.name };
  const status = result.status ?? operation.status ?? 200;
  if (answer !== undefined) {
    headers.push("Content-Type", answer.contentType, "Content-Length", String(answer.body.length));
    return { status, headers, body: answer.body, facts };
  }
  if (result.body !== undefined) return { status, headers, body: result.body, facts };
  if (root !== undefined) {
    const body = Buffer.from(encodeDocument(operation.output, result.output, root));
    headers.push("Content-Type", "application/xml", "Content-Length", String(body.length));
    return { status, headers, body, facts };
  }
  if (operation.method !== "HEAD") {
    if (status !== 204) headers.push("Content-Length", "0");
    return { status, headers, facts };
  }
  // A GET that is answered as a HEAD: the length is the object's, and no byte follows, so the
  // connection must close.
  const isGet = context.message.method === "GET";
  return { status, headers, facts, ...(isGet ? { mustClose: true } : {}) };
}

/** Answers a request that failed. */
export function respondError(
  context: ResponseContext,
  operation: string,
  error: OssError,
): ResponseMessage {
  const entry = entries[error.code];
  const status = error.status ?? entry?.status ?? 500;
  const ec = error.ec ?? entry?.ec;
  const headers = commonHeaders(context);
  for (const [name, value] of Object.entries(error.headers)) headers.push(name, value);
  if (ec !== undefined) headers.push("x-oss-ec", ec);
  const facts = { requestId: context.requestId, operation, error };
  if (status === 304) return { status, headers, facts };
  const document = writeErrorDocument(error, {
    message: error.message === "" ? (entry?.message ?? error.code) : error.message,
    requestId: context.requestId,
    hostId: bareHost(context.message.headers["host"] ?? ""),
    ec,
  });
  const body = Buffer.from(document);
  if (context.message.method === "HEAD") {
    headers.push("x-oss-err", body.toString("base64"), "Content-Length", "0");
    return { status, headers, facts };
  }
  headers.push("Content-Type", "application/xml", "Content-Length", String(body.length));
  return { status, headers, body, facts };
}

/** The headers that every answer has. */
export function commonHeaders(context: ResponseContext): string[] {
  const nowMs = context.clock();
  return [
    "Server",
    "AliyunOSS",
    "Date",
    httpDateOf(nowMs),
    "x-oss-request-id",
    context.requestId,
    "x-oss-server-time",
    String(Math.max(0, nowMs - context.startedMs)),
    ...context.cors,
  ];
}

let dateSecond = 0;
let dateText = "";

// One text a second: formatting a date costs as much as reading a record.
function httpDateOf(nowMs: number): string {
  const second = Math.floor(nowMs / 1_000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(second * 1_000).toUTCString();
  }
  return dateText;
}
