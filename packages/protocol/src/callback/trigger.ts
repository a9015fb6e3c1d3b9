// The process `trigger/callback` of `x-oss-process`, which calls the application back for an object
// that exists. Its form is that of the official Android and iOS SDKs
// (docs/reference/protocol/callbacks.md).
import { OssError } from "../oss-error.ts";
import { shownValue } from "../shown-value.ts";
import { type RawCallback, refuse } from "./parameters.ts";

/** The name of the process. */
const triggerName = "trigger/callback";

/** The parameters of the process, with the prefixes of their values. */
const prefixes = { callback: "callback_", callbackVar: "callback-var_" } as const;

/**
 * Reads `trigger/callback,callback_…,callback-var_…`, in which both values are Base64, and the
 * second may be empty or missing. Throws NotImplemented for another process, and InvalidArgument
 * for an empty one, or other parameters.
 */
export function parseTrigger(process: string): RawCallback {
  if (process === "") throw refuse("The process is empty.", "x-oss-process", "", undefined);
  const [name = "", ...parameters] = process.split(",");
  if (name !== triggerName) {
    const message = `The process ${shownValue(name)} is not implemented.`;
    throw new OssError("NotImplemented", { Header: "x-oss-process" }, { message });
  }
  const found: { callback?: string; callbackVar?: string } = {};
  for (const parameter of parameters) {
    const member = parameter.startsWith(prefixes.callbackVar)
      ? "callbackVar"
      : parameter.startsWith(prefixes.callback)
        ? "callback"
        : undefined;
    if (member === undefined || found[member] !== undefined) {
      const message = `${triggerName} takes callback_ and callback-var_, each once.`;
      throw refuse(message, "x-oss-process", shownValue(parameter), undefined);
    }
    found[member] = parameter.slice(prefixes[member].length);
  }
  return { callback: found.callback ?? "", callbackVar: found.callbackVar };
}

/** Writes the process, for {@link parseTrigger}. */
export function formatTrigger({ callback, callbackVar = "" }: RawCallback): string {
  const parameters = [prefixes.callback + callback, prefixes.callbackVar + callbackVar];
  return [triggerName, ...parameters].join(",");
}
