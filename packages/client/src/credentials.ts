// Access keys: given, read from the environment, or fetched from a provider whose keys expire.
import type { Credentials } from "@ossicle/protocol";

/** An access key that may expire. */
export interface ExpiringCredentials extends Credentials {
  /** When the key expires. Without it, the key never expires. */
  readonly expiresAt?: Date;
}

/** Fetches an access key. The client calls it again when the last key is about to expire. */
export type CredentialsProvider = () => Promise<ExpiringCredentials>;

/** How long before its expiry a key is renewed, in milliseconds. */
export const renewBeforeMs = 60_000;

/**
 * Makes a provider from a key or from another provider, whose key it caches. Concurrent callers
 * share one fetch.
 */
export function credentialsProvider(
  given: Credentials | CredentialsProvider,
  now: () => number,
): CredentialsProvider {
  if (typeof given !== "function") return () => Promise.resolve(given);
  let kept: ExpiringCredentials | undefined;
  let fetching: Promise<ExpiringCredentials> | undefined;
  return async () => {
    const endsMs = kept?.expiresAt?.getTime() ?? Infinity;
    if (kept !== undefined && now() < endsMs - renewBeforeMs) return kept;
    fetching ??= given().finally(() => {
      fetching = undefined;
    });
    return (kept = await fetching);
  };
}

/**
 * Reads `OSS_ACCESS_KEY_ID`, `OSS_ACCESS_KEY_SECRET` and, for temporary keys, `OSS_SESSION_TOKEN`.
 * Fails when one of the first two is missing.
 */
export function environmentCredentials(): CredentialsProvider {
  return () => {
    const { OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET, OSS_SESSION_TOKEN } = process.env;
    if (OSS_ACCESS_KEY_ID === undefined || OSS_ACCESS_KEY_SECRET === undefined) {
      return Promise.reject(new Error("set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET"));
    }
    return Promise.resolve({
      accessKeyId: OSS_ACCESS_KEY_ID,
      accessKeySecret: OSS_ACCESS_KEY_SECRET,
      ...(OSS_SESSION_TOKEN === undefined ? {} : { securityToken: OSS_SESSION_TOKEN }),
    });
  };
}
