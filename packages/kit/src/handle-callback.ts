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
 * Decides about a verified callback. What it returns becomes the upload's result, `{"Status":"OK"}`
 * when nothing; `refuse(…)` is sent as it is.
 */
export type CallbackHandler = (callback: VerifiedCallback) => unknown;

/** How an adapter behaves. */
export interface AdapterOptions extends VerifyOptions {
  /** Largest body taken in, in bytes. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /**
   * Told when the handler throws or a body breaks off. A framework with error handling of its own
   * gets it as well.
   */
  readonly onError?: (cause: unknown) => void;
  /** Told about callbacks that were refused. */
  readonly onRefused?: (reason: RefusalReason, received: ReceivedCallback) => void;
  /**
   * Remembers deliveries by id, so that one that comes twice is handled once. Use it with
   * `webhook`: without its signature any sender can name any id.
   */
  readonly deliveries?: DeliveryStore;
}

/** Largest callback body taken in, in bytes; OSS sends far less. */
export const defaultMaxBodyBytes = 1_048_576;

/** Verifies a callback and asks the handler. Refused ones are answered 403 with the reason. */
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

// What comes while the first is still being handled is refused: with retry it comes once more, and
// then there is an answer.
async function handleOnce(
  { deliveries, id, onError }: Once,
  handle: () => unknown,
): Promise<CallbackReply> {
  const claim = await deliveries.claim(id);
  if (claim.kind === "busy") return refuse(409, { error: "delivery-in-progress" });
  if (claim.kind === "done") return accept(JSON.parse(claim.answer));
  // A claim that cannot be given back ends by itself; what the handler said counts.
  const release = (): Promise<void> => deliveries.release(id).catch((cause) => onError?.(cause));
  let reply: CallbackReply;
  try {
    reply = replyOf(await handle());
  } catch (cause) {
    await release();
    throw cause;
  }
  if (reply.status !== 200) {
    await release(); // the next round is asked anew
    return reply;
  }
  try {
    await deliveries.settle(id, new TextDecoder().decode(reply.body));
  } catch (cause) {
    onError?.(cause); // it was handled all the same
  }
  return reply;
}

function replyOf(answer: unknown): CallbackReply {
  // Written as JSON a Response is `{}`, which would confirm under every status. Runtimes and
  // libraries have classes of their own, so the test is by name.
  if (Object.prototype.toString.call(answer) === "[object Response]") {
    throw new TypeError("a handler returns the answer itself or refuse(…), and no Response");
  }
  return isReply(answer) ? answer : accept(answer ?? undefined);
}

interface Once {
  readonly deliveries: DeliveryStore;
  readonly id: string;
  readonly onError: AdapterOptions["onError"];
}

/** Does an adapter's work, and tells `onError` when that fails. */
export async function telling<T>({ onError }: AdapterOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    onError?.(cause);
    throw cause;
  }
}

/** Gathers a body, up to a bound; undefined beyond it. */
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

/** The reply to a body beyond the bound. */
export function tooLarge(): CallbackReply {
  return refuse(413, { error: "body-too-large" });
}
