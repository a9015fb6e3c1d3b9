// Verifies that a callback comes from OSS, or from an Ossicle that is trusted: the signature over
// path, query and body, under a key whose URL is on a list. Public hand-written verifiers fetch any
// URL that a caller names; this one fetches listed ones.
import {
  alibabaKeyUrls,
  binaryToBytes,
  callbackBytesToSign,
  decodeBase64,
} from "@ossicle/protocol";
import { type CallbackVariables, parseVariables } from "./callback-variables.ts";
import { headerFinder } from "./header-finder.ts";
import type { ReceivedCallback } from "./received-callback.ts";
import { md5 } from "./md5.ts";
import { rawBytes } from "./received-callback.ts";
import { parsePublicKey, verifyRsaMd5 } from "./rsa-md5.ts";
import {
  keyFetchTimeoutMs,
  verifyWebhook,
  type WebhookOptions,
  type WebhookRefusal,
} from "./verify-webhook.ts";

/** Which keys are trusted. */
export interface VerifyOptions {
  /**
   * URL prefixes, each ending in `/`, under which keys may be fetched; URLs with a query or a
   * fragment never. Default: Alibaba's two. At most 30 keys a minute are fetched: senders that name
   * made-up URLs below a prefix can use that up, and until the first key has been fetched every
   * callback is refused meanwhile. `keys` does without fetching.
   */
  readonly trustedKeyUrls?: readonly string[];
  /** Key URL to PEM: these are trusted and never fetched. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Fetches a key's PEM. Default: `fetch`, with 5 s and no redirect. */
  readonly fetchKey?: (url: string) => Promise<string>;
  /**
   * The path at which the store calls, where a proxy in front rewrites it: `/api/callback`. The
   * signature covers the path and query that the store has sent; the query is taken from the
   * request.
   */
  readonly publicPath?: string;
  /** Asks for the headers of Standard Webhooks as well: they expire, and they vouch for the id. */
  readonly webhook?: WebhookOptions;
}

/** Why a callback is refused. */
export type RefusalReason =
  /** `Authorization` is missing: proxies and Apache like to take it away. */
  | "missing-authorization"
  /** `x-oss-pub-key-url` is missing. */
  | "missing-key-url"
  /** `x-oss-pub-key-url` is not Base64 of a URL. */
  | "malformed-key-url"
  /** The key's URL is neither in `keys` nor below a trusted prefix. */
  | "untrusted-key-url"
  /** The key could not be fetched. */
  | "key-unavailable"
  /** What was fetched, or given, is no RSA public key. */
  | "malformed-key"
  /** `Authorization` is not Base64. */
  | "malformed-signature"
  /** `Content-MD5` does not fit the body: it was changed on its way, or parsed and serialised. */
  | "body-changed"
  /** The signature does not hold for this target and body. */
  | "signature-mismatch"
  | WebhookRefusal;

/** A verified callback. */
export interface VerifiedCallback {
  /**
   * The upload's request id, `x-oss-request-id`: the same when a callback is sent again. OSS signs
   * no header: where a replay under another id would hurt, ask for `webhook`, which signs the id
   * and the time, or put `${reqId}` into the template and compare that. Bucket and requester are
   * never signed.
   */
  readonly id: string | undefined;
  readonly bucket: string | undefined;
  /** Account id of the uploader. */
  readonly requester: string | undefined;
  /** The rendered template's variables, out of a form or JSON body. */
  readonly variables: CallbackVariables;
  readonly body: Uint8Array;
}

/** The outcome. */
export type Verification =
  | { readonly verified: true; readonly callback: VerifiedCallback }
  | { readonly verified: false; readonly reason: RefusalReason };

/**
 * Verifies a callback.
 * @example
 * const { url: target, headers } = request;
 * const result = await verifyCallback({ target, headers, body }, { keys });
 * if (!result.verified) throw new Error(result.reason);
 */
export async function verifyCallback(
  received: ReceivedCallback,
  options: VerifyOptions = {},
): Promise<Verification> {
  const { target, headers } = received;
  const body = rawBytes(received.body);
  const find = headerFinder(headers);
  const refuse = (reason: RefusalReason): Verification => ({ verified: false, reason });
  const authorization = find("authorization");
  if (authorization === undefined || authorization === "") return refuse("missing-authorization");
  const encodedUrl = find("x-oss-pub-key-url");
  if (encodedUrl === undefined || encodedUrl === "") return refuse("missing-key-url");
  const keyUrl = decodeBase64(encodedUrl);
  if (keyUrl === undefined || !URL.canParse(keyUrl)) return refuse("malformed-key-url");
  const signature = decodeBase64(authorization);
  if (signature === undefined) return refuse("malformed-signature");
  const pem = await findKey(keyUrl, options);
  if (typeof pem === "object") return refuse(pem.reason);
  const key = parsePublicKey(pem);
  if (key === undefined) return refuse("malformed-key");
  const signed = callbackBytesToSign(publicTarget(target, options), body);
  if (!verifyRsaMd5(key, signed, binaryToBytes(signature))) {
    return refuse(bodyChanged(find("content-md5"), body) ? "body-changed" : "signature-mismatch");
  }
  let id = find("x-oss-request-id");
  if (options.webhook !== undefined) {
    const webhook = await verifyWebhook({ headers, body }, options.webhook);
    if (!webhook.verified) return webhook;
    ({ id } = webhook);
  }
  return {
    verified: true,
    callback: {
      id,
      bucket: find("x-oss-bucket"),
      requester: find("x-oss-requester"),
      variables: parseVariables(find("content-type"), body),
      body,
    },
  };
}

function publicTarget(target: string, { publicPath }: VerifyOptions): string {
  if (publicPath === undefined) return target;
  const query = target.indexOf("?");
  return query < 0 ? publicPath : publicPath + target.slice(query);
}

/**
 * How many fetched keys are kept; the content of a key's URL never changes (documentation). The
 * oldest goes first.
 */
const maxKeptKeys = 100;

/**
 * Most keys that are fetched in a window, and its length in milliseconds: an unsigned request names
 * the URL. We chose 30 a minute.
 */
const maxFetches = 30;
const fetchWindowMs = 60_000;

/** What one way to fetch keys has fetched. */
interface FetchedKeys {
  readonly kept: Map<string, Promise<string>>;
  /** When keys were fetched, in milliseconds of the monotonic clock; the last window's. */
  readonly times: number[];
}

const fetched = new WeakMap<object, FetchedKeys>();

function mayFetch({ times }: FetchedKeys): boolean {
  const nowMs = performance.now();
  while (times[0] !== undefined && nowMs - times[0] > fetchWindowMs) times.shift();
  if (times.length >= maxFetches) return false;
  times.push(nowMs);
  return true;
}

async function findKey(
  url: string,
  options: VerifyOptions,
): Promise<string | { readonly reason: RefusalReason }> {
  const given =
    options.keys !== undefined && Object.hasOwn(options.keys, url) ? options.keys[url] : undefined;
  if (given !== undefined) return given;
  if (!isTrusted(url, options.trustedKeyUrls ?? alibabaKeyUrls))
    return { reason: "untrusted-key-url" };
  const fetchKey = options.fetchKey ?? fetchPem;
  const keys = fetched.get(fetchKey) ?? { kept: new Map<string, Promise<string>>(), times: [] };
  fetched.set(fetchKey, keys);
  const { kept } = keys;
  const known = kept.get(url);
  if (known === undefined && !mayFetch(keys)) return { reason: "key-unavailable" };
  const pem = known ?? fetchKey(url);
  // Set anew, so that the key that was used least lately is the first.
  kept.delete(url);
  kept.set(url, pem);
  for (const oldest of kept.keys()) {
    if (kept.size <= maxKeptKeys) break;
    kept.delete(oldest);
  }
  try {
    const text = await pem;
    if (parsePublicKey(text) === undefined) kept.delete(url); // an error page is not kept either
    return text;
  } catch {
    kept.delete(url); // a failure is not kept
    return { reason: "key-unavailable" };
  }
}

// Compared as text and as parsed: `https://host/` must not be satisfied by `https://host@evil/` or
// `https://host/../`.
function isTrusted(url: string, prefixes: readonly string[]): boolean {
  const parsed = new URL(url);
  if (parsed.href !== url || parsed.username !== "" || parsed.password !== "") return false;
  // A key's URL has neither; with them one key would have any number of URLs, each fetched anew.
  if (/[?#]/.test(url)) return false;
  return prefixes.some((prefix) => isPrefix(prefix) && url.startsWith(prefix));
}

// `http://` names no host, and would trust every host.
function isPrefix(prefix: string): boolean {
  return prefix.endsWith("/") && URL.canParse(prefix) && new URL(prefix).href === prefix;
}

async function fetchPem(url: string): Promise<string> {
  const response = await fetch(url, {
    redirect: "error",
    signal: AbortSignal.timeout(keyFetchTimeoutMs),
  });
  if (!response.ok) throw new Error(`the key's URL answered ${response.status}`);
  return response.text();
}

function bodyChanged(header: string | undefined, body: Uint8Array): boolean {
  if (header === undefined) return false;
  return btoa(String.fromCharCode(...md5(body))) !== header;
}
