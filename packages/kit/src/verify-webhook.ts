// Verifies the headers of Standard Webhooks, which Ossicle can send in addition to OSS's signature:
// Ed25519 (`v1a`) under trusted keys, or HMAC-SHA256 (`v1`) under a secret. Their signature covers
// id and time, so that a recorded callback cannot be replayed later.
import { binaryToBytes, decodeBase64 } from "@ossicle/protocol";
import { type HeaderFinder, headerFinder } from "./header-finder.ts";
import { rawBytes } from "./received-callback.ts";
import type { ReceivedCallback } from "./received-callback.ts";

/**
 * How far in the past or future the time of a callback may be by default, in seconds (Standard
 * Webhooks' libraries: five minutes).
 */
export const defaultToleranceSeconds = 300;

/** Longest fetch of a key, in milliseconds: the store waits five seconds for the answer. */
export const keyFetchTimeoutMs = 5_000;

/** A JWK set, as `/_ossicle/callback-keys/jwks.json` serves it. */
export interface WebhookKeySet {
  readonly keys: readonly { readonly kty: string; readonly crv?: string; readonly x?: string }[];
}

/** The trusted keys and secrets: one signature under any of these is enough. */
export interface WebhookOptions {
  /**
   * URL of the store's JWK set, from which public keys are fetched. The set is cached. It is
   * fetched again every hour, and when no key verifies, at most once in {@link refetchSeconds}.
   */
  readonly jwksUrl?: string;
  /** Public keys that are not fetched: JWK sets, or `whpk_` followed by Base64. */
  readonly publicKeys?: readonly (WebhookKeySet | string)[];
  /** Secrets of the bucket: `whsec_` followed by Base64. */
  readonly secrets?: readonly string[];
  /** Default {@link defaultToleranceSeconds}. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since 1970; for tests. */
  readonly nowMs?: () => number;
  /** Fetches a JWK set. Default: `fetch`, with a timeout of 5 s and without redirects. */
  readonly fetchKeys?: (url: string) => Promise<WebhookKeySet>;
}

/** Why the headers are refused. */
export type WebhookRefusal =
  /** One of `webhook-id`, `webhook-timestamp` and `webhook-signature` is missing. */
  | "missing-webhook-headers"
  /** `webhook-timestamp` is no whole number. */
  | "malformed-webhook-timestamp"
  /** It was signed too long ago: a replay, or a clock that is wrong. */
  | "webhook-too-old"
  /** It was signed in the future: a clock is wrong. */
  | "webhook-too-new"
  /** The keys could not be fetched. */
  | "webhook-keys-unavailable"
  /** No signature is valid under any key or secret. */
  | "webhook-signature-mismatch";

/** The outcome. */
export type WebhookVerification =
  | { readonly verified: true; readonly id: string }
  | { readonly verified: false; readonly reason: WebhookRefusal };

/**
 * Verifies the headers of Standard Webhooks. Throws TypeError for options that name no key, or a
 * malformed one.
 * @example
 * const jwksUrl = "http://127.0.0.1:9650/_ossicle/callback-keys/jwks.json";
 * const result = await verifyWebhook({ target, headers, body }, { jwksUrl });
 */
export async function verifyWebhook(
  received: Pick<ReceivedCallback, "headers" | "body">,
  options: WebhookOptions,
): Promise<WebhookVerification> {
  const refuse = (reason: WebhookRefusal): WebhookVerification => ({ verified: false, reason });
  const found = readHeaders(headerFinder(received.headers));
  if (found === undefined) return refuse("missing-webhook-headers");
  const { id, timestamp, signatures } = found;
  // The signed text is `id.timestamp.body`. If an id could contain dots, an attacker could send the
  // signed id and time as the id, and the beginning of the body as the time.
  if (id.includes(".")) return refuse("webhook-signature-mismatch");
  if (!/^\d{1,12}$/.test(timestamp)) return refuse("malformed-webhook-timestamp");
  const ageSeconds = Math.floor((options.nowMs ?? Date.now)() / 1_000) - Number(timestamp);
  const { toleranceSeconds = defaultToleranceSeconds } = options;
  if (!(toleranceSeconds >= 0)) throw new TypeError("toleranceSeconds must be 0 or more");
  if (ageSeconds > toleranceSeconds) return refuse("webhook-too-old");
  if (ageSeconds < -toleranceSeconds) return refuse("webhook-too-new");
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const body = rawBytes(received.body);
  const signed = new Uint8Array(head.length + body.length);
  signed.set(head);
  signed.set(body, head.length);
  const reason = await judge({ signed, signatures }, options);
  return reason === undefined ? { verified: true, id } : refuse(reason);
}

interface WebhookHeaders {
  readonly id: string;
  readonly timestamp: string;
  /** `v1,…` and `v1a,…`. */
  readonly signatures: readonly string[];
}

// Bounded, since the sender is not verified yet.
const maxSignatures = 20;

function readHeaders(find: HeaderFinder): WebhookHeaders | undefined {
  const id = find("webhook-id") ?? "";
  const timestamp = find("webhook-timestamp") ?? "";
  const signature = find("webhook-signature") ?? "";
  if (id === "" || timestamp === "" || signature === "") return undefined;
  return { id, timestamp, signatures: signature.split(" ").slice(0, maxSignatures) };
}

interface Signed {
  readonly signed: Uint8Array<ArrayBuffer>;
  readonly signatures: readonly string[];
}

async function judge(
  question: Signed,
  options: WebhookOptions,
): Promise<WebhookRefusal | undefined> {
  const { secrets = [], publicKeys = [], jwksUrl } = options;
  if (secrets.length === 0 && publicKeys.length === 0 && jwksUrl === undefined) {
    throw new TypeError("set jwksUrl, publicKeys or secrets: no key or secret is trusted yet");
  }
  const symmetric = bytesOf(question, "v1,");
  for (const secret of secrets) {
    if (await anyHolds(symmetric, await importSecret(secret), question.signed)) return undefined;
  }
  const asymmetric = bytesOf(question, "v1a,");
  if (asymmetric.length === 0) return "webhook-signature-mismatch";
  const verifies = async (keys: readonly Uint8Array<ArrayBuffer>[]): Promise<boolean> => {
    for (const key of keys) {
      if (await anyHolds(asymmetric, await importPublic(key), question.signed)) return true;
    }
    return false;
  };
  if (await verifies(publicKeys.flatMap(keysOf))) return undefined;
  if (jwksUrl === undefined) return "webhook-signature-mismatch";
  try {
    const nowMs = (options.nowMs ?? Date.now)();
    const fetchKeys = options.fetchKeys ?? fetchJwks;
    const set = keptSet(fetchKeys, jwksUrl);
    const ageMs = nowMs - set.cameMs;
    const isTrusted = set.keys !== undefined && ageMs < maxAgeSeconds * 1_000;
    if (
      isTrusted &&
      ageMs >= freshSeconds * 1_000 &&
      nowMs - set.triedMs >= refetchSeconds * 1_000
    ) {
      // Refresh the set in the background. If that fails, the cached set stays in use.
      fetchInto(set, fetchKeys, { url: jwksUrl, nowMs }).catch(() => undefined);
    }
    if (isTrusted && (await verifies(set.keys ?? []))) return undefined;
    // Unverified requests must not cause unlimited fetches. Without a trusted set no callback can
    // be verified, so the set is then fetched a little more often.
    const patienceMs = (isTrusted ? refetchSeconds : retrySeconds) * 1_000;
    if (set.fetching === undefined && nowMs - set.triedMs < patienceMs) {
      return isTrusted ? "webhook-signature-mismatch" : "webhook-keys-unavailable";
    }
    if (await verifies(await fetchInto(set, fetchKeys, { url: jwksUrl, nowMs }))) return undefined;
    return "webhook-signature-mismatch";
  } catch {
    return "webhook-keys-unavailable";
  }
}

function bytesOf({ signatures }: Signed, scheme: string): readonly Uint8Array<ArrayBuffer>[] {
  return signatures
    .filter((text) => text.startsWith(scheme))
    .flatMap((text) => toBytes(decodeBase64(text.slice(scheme.length))) ?? []);
}

function toBytes(binary: string | undefined): Uint8Array<ArrayBuffer> | undefined {
  return binary === undefined ? undefined : binaryToBytes(binary);
}

interface VerifyingKey {
  readonly algorithm: "Ed25519" | "HMAC";
  readonly key: Awaited<ReturnType<typeof crypto.subtle.importKey>>;
}

async function anyHolds(
  signatures: readonly Uint8Array<ArrayBuffer>[],
  { algorithm, key }: VerifyingKey,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  for (const signature of signatures) {
    if (await crypto.subtle.verify(algorithm, key, signature, signed)) return true;
  }
  return false;
}

async function importSecret(secret: string): Promise<VerifyingKey> {
  const bytes = secret.startsWith("whsec_") ? toBytes(decodeBase64(secret.slice(6))) : undefined;
  if (bytes === undefined) throw new TypeError("a secret must be whsec_ followed by Base64");
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes, hmac, false, ["verify"]);
  return { algorithm: "HMAC", key };
}

async function importPublic(bytes: Uint8Array<ArrayBuffer>): Promise<VerifyingKey> {
  const key = await crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]);
  return { algorithm: "Ed25519", key };
}

/** Bytes of an Ed25519 public key (RFC 8032). */
const publicKeyBytes = 32;

// Skips the keys of other types in a set.
function keysOf(given: WebhookKeySet | string): readonly Uint8Array<ArrayBuffer>[] {
  if (typeof given === "string") {
    const bytes = given.startsWith("whpk_") ? toBytes(decodeBase64(given.slice(5))) : undefined;
    if (bytes?.length !== publicKeyBytes) {
      throw new TypeError("a public key must be whpk_ followed by the Base64 of 32 bytes");
    }
    return [bytes];
  }
  return given.keys.flatMap((key) => {
    const { kty, crv, x = "" } = key ?? {}; // the set comes from another host
    if (kty !== "OKP" || crv !== "Ed25519" || typeof x !== "string") return [];
    const base64 = x.replaceAll("-", "+").replaceAll("_", "/");
    const bytes = toBytes(decodeBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, "=")));
    return bytes?.length === publicKeyBytes ? [bytes] : [];
  });
}

/** Shortest time between two fetches of a set while the cached set is trusted, in seconds. */
export const refetchSeconds = 60;

/** Age at which a cached set is refreshed in the background, in seconds. */
const freshSeconds = 3_600;

/**
 * Age at which a cached set is no longer trusted, in seconds. It is the default overlap of a
 * rotation. After that time, a key that was rotated out may be compromised.
 */
const maxAgeSeconds = 86_400;

/**
 * Shortest time between two fetches of a set while no cached set is trusted, in seconds.
 */
const retrySeconds = 1;

interface KeptKeys {
  /** The last set that was fetched. A failed fetch does not remove it. */
  keys: PublicKeys | undefined;
  /** When the fetch of that set began, in milliseconds since 1970. */
  cameMs: number;
  /** When a caller last began a fetch, or joined one under way. */
  triedMs: number;
  fetching: Promise<PublicKeys> | undefined;
}

type PublicKeys = readonly Uint8Array<ArrayBuffer>[];
type FetchKeys = NonNullable<WebhookOptions["fetchKeys"]>;

const kept = new WeakMap<FetchKeys, Map<string, KeptKeys>>();

/** Most sets that are cached for one `fetchKeys` function. Others are fetched for each callback. */
const maxKeptSets = 100;

function keptSet(fetchKeys: FetchKeys, url: string): KeptKeys {
  const sets = kept.get(fetchKeys) ?? new Map<string, KeptKeys>();
  kept.set(fetchKeys, sets);
  const known = sets.get(url);
  if (known !== undefined) return known;
  const made: KeptKeys = {
    keys: undefined,
    cameMs: -Infinity,
    triedMs: -Infinity,
    fetching: undefined,
  };
  if (sets.size < maxKeptSets) sets.set(url, made);
  return made;
}

// Callers that come while a set is being fetched wait for the same fetch.
function fetchInto(
  set: KeptKeys,
  fetchKeys: FetchKeys,
  { url, nowMs }: Fetch,
): Promise<PublicKeys> {
  set.triedMs = nowMs;
  set.fetching ??= fetchKeys(url)
    .then((given) => {
      set.keys = keysOf(given);
      set.cameMs = nowMs;
      return set.keys;
    })
    .finally(() => {
      set.fetching = undefined;
    });
  return set.fetching;
}

interface Fetch {
  readonly url: string;
  readonly nowMs: number;
}

async function fetchJwks(url: string): Promise<WebhookKeySet> {
  const response = await fetch(url, {
    redirect: "error",
    signal: AbortSignal.timeout(keyFetchTimeoutMs),
  });
  if (!response.ok) throw new Error(`the key set's URL answered ${response.status}`);
  return (await response.json()) as WebhookKeySet; // `keysOf` throws for another document
}
