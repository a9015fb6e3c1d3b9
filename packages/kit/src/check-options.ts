// Mistakes in an adapter's options show when the adapter is made, and not when callbacks come.
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
 * Checks what an adapter is made of. Throws TypeError for a handler that is no function, for an
 * option that there is none of, and for `trustedKeyUrls` that is no array.
 */
export function checkOptions(handler: CallbackHandler, options: AdapterOptions): void {
  if (typeof handler !== "function") throw new TypeError("the handler is no function");
  requireKnown("an adapter", options, members);
  const { trustedKeyUrls = [] } = options;
  if (!Array.isArray(trustedKeyUrls)) throw new TypeError("trustedKeyUrls is an array of prefixes");
}
