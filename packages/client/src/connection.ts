// A connection: where a store is and how to sign for it. Every function of this package takes one.
import { type Addressing, type Credentials, type Endpoint, parseEndpoint } from "@ossicle/protocol";
import { type CredentialsProvider, credentialsProvider } from "./credentials.ts";

/** What a connection is made of. */
export interface ConnectionOptions {
  /** For example `https://oss-cn-hangzhou.aliyuncs.com`; https when the scheme is missing. */
  readonly endpoint: string;
  /** For example `cn-hangzhou`; an `oss-` in front is taken off. Needed for V4. */
  readonly region: string;
  /** None: requests are anonymous. */
  readonly credentials?: Credentials | CredentialsProvider;
  /** Default: `path` for IP addresses and localhost, else `virtual`. */
  readonly addressing?: Addressing;
  /** Default `V4`. */
  readonly signatureVersion?: "V1" | "V4";
  /** Tries of a request that may safely be repeated, the first included. Default 3. */
  readonly attempts?: number;
  /**
   * Longest wait for an answer, in milliseconds; a body has a second more for each 64 KB. A stream,
   * whose length is not known, has no limit: give a `signal`. Default 60,000, as ali-oss has it.
   */
  readonly timeoutMs?: number;
  /** Replaces the runtime's own. */
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
  /** What the caller gave instead of the runtime's own. */
  readonly fetch: typeof fetch | undefined;
  readonly now: () => number;
  /** Goes by the server's clock from now on, whose time it is told. */
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
