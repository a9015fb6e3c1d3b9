// URLs of buckets and objects, for programs that send requests: clients, and servers that hand out
// tickets.
import { percentEncode, percentEncodePath, utf8ToBinary } from "./bytes.ts";
import type { QueryParameter } from "./query.ts";

/** How a bucket is named in a URL. */
export type Addressing = "virtual" | "path" | "custom-domain";

/** Where a store is. */
export interface Endpoint {
  /** Its path, if any, is that of a proxy: it precedes every path, and no signature covers it. */
  readonly origin: URL;
  readonly addressing: Addressing;
}

/**
 * Parses an endpoint. The scheme is https when missing. IP addresses and localhost get path style,
 * unless `addressing` is given. Throws TypeError.
 */
export function parseEndpoint(text: string, addressing?: Addressing): Endpoint {
  const origin = new URL(/^https?:\/\//i.test(text) ? text : `https://${text}`);
  const bare = /^(?:localhost|[\d.]+|\[.*\])$/.test(origin.hostname);
  return { origin, addressing: addressing ?? (bare ? "path" : "virtual") };
}

/** The URL of the service, a bucket or an object, and the resource that signatures cover. */
export interface Address {
  /** Scheme, authority and path. */
  readonly url: string;
  /** `/`, `/bucket/` or `/bucket/key`, decoded, as a binary string: what signatures cover. */
  readonly resource: string;
}

/** Returns the address of a bucket or object; of the service when `bucket` is undefined. */
export function addressOf(
  { origin, addressing }: Endpoint,
  bucket: string | undefined,
  key: string | undefined,
): Address {
  const root = origin.pathname.replace(/\/$/, "");
  if (bucket === undefined) return { url: `${origin.origin}${root}/`, resource: "/" };
  const binary = utf8ToBinary(key ?? "");
  const host = addressing === "virtual" ? `${bucket}.${origin.host}` : origin.host;
  const prefix = addressing === "path" ? `/${bucket}/` : "/";
  const url = `${origin.protocol}//${host}${root}${prefix}${encodeKey(binary)}`;
  return { url, resource: `/${bucket}/${binary}` };
}

// URL parsers resolve the segments `.` and `..`. A key with such a segment is sent as a single
// segment, with its slashes escaped.
function encodeKey(key: string): string {
  return /(?:^|\/)\.{1,2}(?:\/|$)/.test(key) ? percentEncode(key) : percentEncodePath(key);
}

/** Writes a query with its `?`; a name without value has no `=`. */
export function formatQuery(query: readonly QueryParameter[]): string {
  if (query.length === 0) return "";
  const parts = query.map(({ name, value }) =>
    value === "" ? percentEncode(name) : `${percentEncode(name)}=${percentEncode(value)}`,
  );
  return `?${parts.join("&")}`;
}
