// Replies that OSS accepts: 200, a Content-Length, JSON without a byte-order mark.

/** A reply, ready for any framework. */
export interface CallbackReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Confirms an upload; the value becomes the upload's result. Throws TypeError for a value that JSON cannot hold. */
export function accept(answer: unknown = { Status: "OK" }): CallbackReply {
  return json(200, answer);
}

/**
 * Refuses an upload: the uploader gets 203 CallbackFailed, and the object stays, unless an Ossicle's delivery policy says otherwise. A handler may return it.
 * @example
 * nodeCallback(({ variables }) => ((variables.integer("size") ?? 0) > 1e6 ? refuse(403, { error: "too-large" }) : { saved: true }), options);
 */
export function refuse(status: number, answer: unknown): CallbackReply {
  return json(status, answer);
}

const made = new WeakSet<object>();

/** Whether something is a reply that was made here, and not an answer that looks like one. */
export function isReply(value: unknown): value is CallbackReply {
  return typeof value === "object" && value !== null && made.has(value);
}

function json(status: number, answer: unknown): CallbackReply {
  const text = JSON.stringify(answer) as string | undefined; // undefined for functions and the like
  if (text === undefined) throw new TypeError("the answer cannot be written as JSON");
  const body = new TextEncoder().encode(text);
  const headers = { "content-type": "application/json", "content-length": String(body.length) };
  const reply: CallbackReply = { status, headers, body };
  made.add(reply);
  return reply;
}
