// Verifies that a callback comes from OSS or from a trusted Ossicle. It checks the signature over
// path, query and body under a key whose URL is trusted. Published hand-written verifiers fetch any
// URL that a request names. This one fetches trusted URLs only.
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
   * URL prefixes, each ending in `/`, under which keys may be fetched. URLs with a query or a
   * fragment are never fetched. Default: Alibaba's two. At most 30 keys a minute are fetched. A
   * sender that names made-up URLs below a prefix can use up this limit. Until the store's key has
   * been fetched, all its callbacks are then refused. `keys` needs no fetching.
   */
  readonly trustedKeyUrls?: readonly string[];
  /** PEMs by key URL. These keys are trusted and never fetched. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Fetches a key's PEM. Default: `fetch`, with a timeout of 5 s and without redirects. */
  readonly fetchKey?: (url: string) => Promise<string>;
  /**
   * The path that the store calls, for example `/api/callback`, where a proxy rewrites it. The
   * signature covers the path and query as the store sent them. The query is taken from the
   * request.
   */
  readonly publicPath?: string;
  /** Also requires the headers of Standard Webhooks. Their signature expires and covers the id. */
  readonly webhook?: WebhookOptions;
}

/** Why a callback is refused. */
export type RefusalReason =
  /** `Authorization` is missing. Some proxies, and Apache, remove it. */
  | "missing-authorization"
  /** `x-oss-pub-key-url` is missing. */
  | "missing-key-url"
  /** `x-oss-pub-key-url` is not Base64 of a URL. */
  | "malformed-key-url"
  /** The key's URL is neither in `keys` nor below a trusted prefix. */
  | "untrusted-key-url"
  /** The key could not be fetched. */
  | "key-unavailable"
  /** The fetched or given key is not an RSA public key. */
  | "malformed-key"
  /** `Authorization` is not Base64. */
  | "malformed-signature"
  /** `Content-MD5` does not match the body, which was changed, or parsed and serialised again. */
  | "body-changed"
  /** The signature is not valid for this target and body. */
  | "signature-mismatch"
  | WebhookRefusal;

/** A verified callback. */
export interface VerifiedCallback {
  /**
   * The upload's request id, `x-oss-request-id`. It stays the same when a callback is sent again.
   * OSS signs no header. Where a replay under another id would do harm, use `webhook`, which signs
   * the id and the time, or put `${reqId}` into the template and compare it. `bucket` and
   * `requester` are never signed.
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
 * How many fetched keys are cached. The content of a key's URL never changes (documentation). The
 * least recently used key is removed first.
 */
const maxKeptKeys = 100;

/**
 * Most fetches of keys in a window, and its length in milliseconds. The limit exists because an
 * unverified request names the URL. We chose 30 a minute.
 */
const maxFetches = 30;
const fetchWindowMs = 60_000;

/** The keys that one `fetchKey` function has fetched. */
interface FetchedKeys {
  readonly kept: Map<string, Promise<string>>;
  /** Times of the fetches in the last window, in milliseconds of the monotonic clock. */
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
  // Insert the key again, so that the least recently used key comes first.
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

// Compares a URL as text and as parsed: the prefix `https://host/` must not accept
// `https://host@evil/` or `https://host/../`.
function isTrusted(url: string, prefixes: readonly string[]): boolean {
  const parsed = new URL(url);
  if (parsed.href !== url || parsed.username !== "" || parsed.password !== "") return false;
  // A key's URL has no query or fragment. With them, one key would have any number of URLs, each
  // fetched separately.
  if (/[?#]/.test(url)) return false;
  return prefixes.some((prefix) => isPrefix(prefix) && url.startsWith(prefix));
}

// `http://` has no host. As a prefix, it would match the URLs of every host.
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
