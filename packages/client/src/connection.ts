// A connection: where a store is and how to sign for it. Every function of this package takes one.
import { type Addressing, type Credentials, type Endpoint, parseEndpoint } from "@ossicle/protocol";
import { type CredentialsProvider, credentialsProvider } from "./credentials.ts";

/** Options of a connection. */
export interface ConnectionOptions {
  /**
   * For example `https://oss-cn-hangzhou.aliyuncs.com`; https when the scheme is missing. A path is
   * that of a proxy in front of the store.
   */
  readonly endpoint: string;
  /** For example `cn-hangzhou`; a leading `oss-` is removed. V4 signatures contain it. */
  readonly region: string;
  /** Without credentials, requests are anonymous. */
  readonly credentials?: Credentials | CredentialsProvider;
  /** Default: `path` for IP addresses and localhost, else `virtual`. */
  readonly addressing?: Addressing;
  /** Default `V4`. */
  readonly signatureVersion?: "V1" | "V4";
  /** Most tries of a request that may safely be retried, the first included. Default 3. */
  readonly attempts?: number;
  /**
   * Longest wait for an answer, in milliseconds. Each 64 KB of a body adds a second. A stream has
   * an unknown length, so its limit is the longest timer, 24 days: pass a `signal`. Default 60,000,
   * as in ali-oss.
   */
  readonly timeoutMs?: number;
  /** Replaces the runtime's `fetch`. */
  readonly fetch?: typeof fetch;
  /** Milliseconds since 1970; for tests. Default `Date.now`. */
  readonly now?: () => number;
}

/** A connection, checked and completed. */
export interface Connection extends Endpoint {
  readonly region: string;
  readonly signatureVersion: "V1" | "V4";
  readonly credentials: CredentialsProvider | undefined;
  readonly attempts: number;
  readonly timeoutMs: number;
  /** The caller's own `fetch`; undefined for the runtime's. */
  readonly fetch: typeof fetch | undefined;
  readonly now: () => number;
  /** Makes `now` follow the server's clock, which shows `serverMs` at this moment. */
  readonly correctClock: (serverMs: number) => void;
}

/** Makes a connection. Throws TypeError for an endpoint that is no URL. */
export function connect(options: ConnectionOptions): Connection {
  const clock = options.now ?? Date.now;
  let skewMs = 0;
  const now = (): number => clock() + skewMs;
  return {
    ...parseEndpoint(options.endpoint, options.addressing),
    region: options.region.replace(/^oss-/, ""),
    signatureVersion: options.signatureVersion ?? "V4",
    credentials: options.credentials && credentialsProvider(options.credentials, now),
    attempts: options.attempts ?? 3,
    timeoutMs: options.timeoutMs ?? 60_000,
    fetch: options.fetch,
    now,
    correctClock: (serverMs) => {
      skewMs = serverMs - clock();
    },
  };
}
