// A delivery as a command for a shell.
import type { Delivery } from "../ask.ts";

/**
 * The curl command that sends a delivery's body to its first URL. It has no signature: the store
 * makes one for each attempt.
 */
export function curlOf(
  delivery: Pick<Delivery, "urls" | "host" | "bodyType" | "additionalHeaders" | "body">,
): string {
  const { urls, host, bodyType, additionalHeaders, body = "" } = delivery;
  const headers = Object.entries({
    ...(host === undefined ? {} : { Host: host }),
    "Content-Type": bodyType,
    ...additionalHeaders,
  });
  const options = headers.flatMap(([name, value]) => ["-H", quote(`${name}: ${value}`)]);
  const url = quote(urls[0] ?? "");
  return ["curl", "--globoff", url, ...options, "--data-raw", quote(body)].join(" ");
}

/** Control characters, which a terminal would obey when the command is pasted. */
const control = /\p{Cc}/gu;

// Control characters are written as escapes, in the form of quotes that bash, zsh and ksh have.
function quote(text: string): string {
  if (text.search(control) < 0) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const escaped = text.replaceAll(/[\\']/g, String.raw`\$&`).replaceAll(control, (one) => {
    const code = one.codePointAt(0) ?? 0;
    return code < 0x80
      ? String.raw`\x${code.toString(16).padStart(2, "0")}`
      : String.raw`\u${code.toString(16).padStart(4, "0")}`;
  });
  return `$'${escaped}'`;
}
