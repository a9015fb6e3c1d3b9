// A delivery as a command for a shell.
import type { Delivery } from "../ask.ts";

/**
 * The curl command that sends a delivery's body to its first URL. It has no signature: the store
 * makes one for each attempt.
 */
export function curlOf(
  delivery: Pick<Delivery, "urls" | "bodyType" | "additionalHeaders" | "body">,
): string {
  const { urls, bodyType, additionalHeaders, body = "" } = delivery;
  const headers = Object.entries({ "Content-Type": bodyType, ...additionalHeaders });
  const options = headers.flatMap(([name, value]) => ["-H", quote(`${name}: ${value}`)]);
  return ["curl", quote(urls[0] ?? ""), ...options, "--data-raw", quote(body)].join(" ");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
