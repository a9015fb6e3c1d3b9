// The common core of all adapters: verify, call the application, reply.
import type { DeliveryStore } from "./delivery-store.ts";
import { accept, type CallbackReply, isReply, refuse } from "./reply.ts";
import {
  type RefusalReason,
  type VerifiedCallback,
  verifyCallback,
  type VerifyOptions,
} from "./verify-callback.ts";
import type { ReceivedCallback } from "./received-callback.ts";

/**
 * Handles a verified callback. Its return value becomes the upload's result, `{"Status":"OK"}` when
 * it returns nothing. A reply of `refuse(…)` is sent unchanged.
 */
export type CallbackHandler = (callback: VerifiedCallback) => unknown;

/** How an adapter behaves. */
export interface AdapterOptions extends VerifyOptions {
  /** Largest body that is accepted, in bytes. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /**
   * Called when the handler or `deliveries` fails, or when a body breaks off. A framework with
   * error handling of its own also gets an error that ends the request.
   */
  readonly onError?: (cause: unknown) => void;
  /** Called for every callback that fails verification; not when the handler refuses. */
  readonly onRefused?: (reason: RefusalReason, received: ReceivedCallback) => void;
  /**
   * Records deliveries by id, so that a delivery that arrives twice is handled once. Use it with
   * `webhook`: without that signature, a replayed callback can carry any id.
   */
  readonly deliveries?: DeliveryStore;
}

/** Largest callback body that is accepted by default, in bytes. OSS sends far less. */
export const defaultMaxBodyBytes = 1_048_576;

/** Verifies a callback and calls the handler. Answers 403 with the reason if it does not verify. */
export async function handleCallback(
  received: ReceivedCallback,
  handler: CallbackHandler,
  options: AdapterOptions,
): Promise<CallbackReply> {
  const result = await verifyCallback(received, options);
  if (!result.verified) {
    options.onRefused?.(result.reason, received);
    return refuse(403, { error: result.reason });
  }
  const { callback } = result;
  const { deliveries } = options;
  if (deliveries === undefined || callback.id === undefined) {
    return replyOf(await handler(callback));
  }
  const once = { deliveries, id: callback.id, onError: options.onError };
  return handleOnce(once, () => handler(callback));
}

// Refuses a delivery that arrives while an earlier copy is being handled. With retry, the store
// sends it again and then gets the stored answer.
async function handleOnce(
  { deliveries, id, onError }: Once,
  handle: () => unknown,
): Promise<CallbackReply> {
  const claim = await deliveries.claim(id);
  if (claim.kind === "busy") return refuse(409, { error: "delivery-in-progress" });
  if (claim.kind === "done") return accept(JSON.parse(claim.answer));
  // A claim that cannot be released expires. The handler's result stays valid.
  const release = (): Promise<void> => deliveries.release(id).catch((cause) => onError?.(cause));
  let reply: CallbackReply;
  try {
    reply = replyOf(await handle());
  } catch (cause) {
    await release();
    throw cause;
  }
  if (reply.status !== 200) {
    await release(); // the next round calls the handler again
    return reply;
  }
  try {
    await deliveries.settle(id, new TextDecoder().decode(reply.body));
  } catch (cause) {
    onError?.(cause); // the delivery was handled nevertheless
  }
  return reply;
}

function replyOf(answer: unknown): CallbackReply {
  // As JSON, a Response is `{}`, which would confirm the upload regardless of its status. Runtimes
  // and libraries have Response classes of their own, so the test compares the class name.
  if (Object.prototype.toString.call(answer) === "[object Response]") {
    throw new TypeError("a handler must return the answer itself or refuse(…), not a Response");
  }
  return isReply(answer) ? answer : accept(answer ?? undefined);
}

interface Once {
  readonly deliveries: DeliveryStore;
  readonly id: string;
  readonly onError: AdapterOptions["onError"];
}

/** Runs an adapter's work, and calls `onError` when it fails. */
export async function telling<T>({ onError }: AdapterOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    onError?.(cause);
    throw cause;
  }
}

/** Reads a whole body; undefined when it is larger than `maxBytes`. */
export async function gather(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of chunks) {
    size += part.length;
    if (size > maxBytes) return undefined;
    parts.push(part);
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The reply to a body that is too large. */
export function tooLarge(): CallbackReply {
  return refuse(413, { error: "body-too-large" });
}
