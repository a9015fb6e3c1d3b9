// Checks the signature of a callback, as the application would.
import { verifyCallback } from "@ossicle/kit";
import { parseCallbackUrl } from "@ossicle/protocol";

/** Path of the store's public keys, below its URL. */
const keysPath = "/_ossicle/callback-keys/";

/** A request to an application. */
export interface SignedRequest {
  readonly url: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** `valid`, or the kit's code of what is wrong. Undefined when nothing was sent. */
export async function checkSignature(
  { url: text, headers, body }: SignedRequest,
  fetchKey: (url: string) => Promise<string> = fetchOwnKey,
): Promise<string | undefined> {
  const url = parseCallbackUrl(text);
  if (url === undefined || headers.length === 0) return undefined;
  const found = Object.fromEntries(
    headers.flatMap((name, at) => (at % 2 === 0 ? [[name.toLowerCase(), headers[at + 1]]] : [])),
  ) as Readonly<Record<string, string>>;
  const keyUrl = atob(found["x-oss-pub-key-url"] ?? "");
  const result = await verifyCallback(
    { target: url.path + url.query, headers: found, body },
    { trustedKeyUrls: [new URL(".", keyUrl).href], fetchKey },
  );
  return result.verified ? "valid" : result.reason;
}

// The store's own keys are public, and lie below `/store` too. A key elsewhere is not fetched.
async function fetchOwnKey(url: string): Promise<string> {
  const { pathname } = new URL(url);
  const at = pathname.indexOf(keysPath);
  if (at < 0) throw new Error("the key is not the store's own");
  const authorization = "OSS4-HMAC-SHA256 public";
  const answer = await fetch(`/store${pathname.slice(at)}`, { headers: { authorization } });
  return answer.text();
}
