// The headers that every answer has, and the answer to a request that failed. Errors of HEAD travel
// in `x-oss-err`.
import { bareHost, entries, type OssError, writeErrorDocument } from "@ossicle/protocol";
import type { Clock } from "../time/clock.ts";
import type { RequestMessage, ResponseMessage } from "./message.ts";
import { mintRequestId } from "./request-id.ts";

/** The facts of a request that every answer uses. */
export interface ResponseContext {
  readonly clock: Clock;
  readonly message: RequestMessage;
  readonly requestId: string;
  readonly startedMs: number;
  /** The CORS headers of the answer: alternating names and values. */
  readonly cors: readonly string[];
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

/** Answers a request that reached no operation. */
export function respondUnrouted(
  clock: Clock,
  message: RequestMessage,
  error: OssError,
): ResponseMessage {
  const startedMs = clock();
  const requestId = mintRequestId(startedMs);
  return respondError({ clock, message, requestId, startedMs, cors: [] }, "Unknown", error);
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

// Formats one date per second, because formatting a date costs as much as reading a record.
function httpDateOf(nowMs: number): string {
  const second = Math.floor(nowMs / 1_000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(second * 1_000).toUTCString();
  }
  return dateText;
}
