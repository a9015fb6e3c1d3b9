// Replies that OSS accepts: 200, a Content-Length, JSON without a byte-order mark.
import { maxReplyBytes } from "@ossicle/protocol";

/** A reply, ready for any framework. */
export interface CallbackReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * Confirms an upload; the value becomes the upload's result. Throws TypeError for a value that JSON
 * cannot hold, or whose JSON is over 1 MiB.
 */
export function accept(answer: unknown = { Status: "OK" }): CallbackReply {
  return json(200, answer);
}

/**
 * Refuses an upload. The uploader gets 203 CallbackFailed and the object stays, unless a delivery
 * policy of Ossicle says otherwise. A handler may return this reply. Throws RangeError for a status
 * outside 201 to 599 (200 would confirm) or one without a body, and TypeError as accept() does.
 * @example
 * nodeCallback(({ variables }) => {
 *   const size = variables.integer("size") ?? 0;
 *   return size > 1e6 ? refuse(403, { error: "too-large" }) : { saved: true };
 * }, options);
 */
export function refuse(status: number, answer: unknown): CallbackReply {
  if (!Number.isInteger(status) || status < 201 || status > 599 || bodiless.has(status)) {
    throw new RangeError(`refuse(${status}): expected a status from 201 to 599 that has a body`);
  }
  return json(status, answer);
}

/** Statuses that go without a body (Fetch standard, "null body status"). */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

// Marks a reply, because an answer may have the same shape, and a refusal that is taken for an
// answer would confirm the upload. JSON omits the mark. A copy of a reply keeps it, and all copies
// of this package share it.
const mark = Symbol.for("@ossicle/kit/reply");

/** Whether something is a reply that {@link accept} or {@link refuse} has made. */
export function isReply(value: unknown): value is CallbackReply {
  return typeof value === "object" && value !== null && mark in value;
}

function json(status: number, answer: unknown): CallbackReply {
  const text = JSON.stringify(answer) as string | undefined; // undefined for functions and the like
  if (text === undefined) throw new TypeError("the answer cannot be written as JSON");
  const body = new TextEncoder().encode(text);
  if (body.length > maxReplyBytes) {
    throw new TypeError(`the answer has ${body.length} bytes; the limit is ${maxReplyBytes}`);
  }
  const headers = { "content-type": "application/json", "content-length": String(body.length) };
  return Object.assign({ status, headers, body }, { [mark]: true });
}
