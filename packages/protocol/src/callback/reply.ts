// Checks an application's answer to a callback by the callback documentation, and fails with OSS's
// own messages.
import { OssError } from "../oss-error.ts";
import { parseXml } from "../xml/parse.ts";

/**
 * Largest answer in bytes: 1 MB by the API reference 2021 and the HTTP 203 page; other pages say 3
 * MB.
 */
export const maxReplyBytes = 1_048_576;

/** The head of an application's answer. */
export interface ReplyHead {
  readonly status: number;
  /** The Content-Length header, as received. */
  readonly contentLength: string | undefined;
  readonly contentType: string | undefined;
}

/** Exceptions to OSS's rules for an answer. */
export interface ReplyRules {
  /** Whether an answer may come in chunks, without a length. OSS refuses it. */
  readonly lengthOptional?: boolean;
}

/**
 * Throws CallbackFailed if the head cannot belong to a valid answer. Otherwise the caller reads the
 * body.
 */
export function checkReplyHead(head: ReplyHead, { lengthOptional = false }: ReplyRules = {}): void {
  if (head.status !== 200) throw callbackFailed(`Error status : ${head.status}.`, "0007-00000203");
  if (head.contentLength === undefined) {
    if (lengthOptional) return;
    throw callbackFailed("Error Status : 400.User server missing content-length.", undefined);
  }
  const length = /^\d{1,15}$/.test(head.contentLength) ? Number(head.contentLength) : 0;
  if (length <= 0) {
    // "conent" is how OSS spells it (HTTP status code 203 page).
    throw callbackFailed(
      "Error Status : 400.User server return invalid conent-length value.",
      undefined,
    );
  }
  if (length > maxReplyBytes) {
    throw callbackFailed(
      "Error Status : 400.User server return too long content-length value.",
      undefined,
    );
  }
}

/**
 * Throws CallbackFailed unless the body is JSON, or XML under `application/xml`. Returns the media
 * type to pass on.
 */
export function checkReplyBody(
  head: ReplyHead,
  body: Uint8Array,
): "application/json" | "application/xml" {
  const isXml = /^\s*application\/xml\s*(?:;|$)/i.test(head.contentType ?? "");
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    if (isXml) parseXml(text);
    else JSON.parse(text);
  } catch (cause) {
    throw callbackFailed("Response body is not valid json format.", "0007-00000205", cause);
  }
  return isXml ? "application/xml" : "application/json";
}

/** The error of a callback that failed: the object is stored all the same. */
export function callbackFailed(
  message: string,
  ec: string | undefined,
  cause?: unknown,
): OssError<"CallbackFailed"> {
  return new OssError("CallbackFailed", {}, { message, ec, cause });
}
