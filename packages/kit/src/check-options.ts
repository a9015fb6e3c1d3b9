// Checks an adapter's options when the adapter is made, so that a mistake does not first show when
// a callback arrives.
import { requireKnown } from "@ossicle/protocol";
import type { AdapterOptions, CallbackHandler } from "./handle-callback.ts";

const members: Readonly<Record<keyof AdapterOptions, true>> = {
  trustedKeyUrls: true,
  keys: true,
  fetchKey: true,
  publicPath: true,
  webhook: true,
  maxBodyBytes: true,
  onError: true,
  onRefused: true,
  deliveries: true,
};

/**
 * Checks an adapter's handler and options. Throws TypeError for a handler that is not a function,
 * an unknown option, and a `trustedKeyUrls` that is not an array.
 */
export function checkOptions(handler: CallbackHandler, options: AdapterOptions): void {
  if (typeof handler !== "function") throw new TypeError("the handler must be a function");
  requireKnown("an adapter", options, members);
  const { trustedKeyUrls = [] } = options;
  if (!Array.isArray(trustedKeyUrls)) throw new TypeError("trustedKeyUrls must be an array");
}
