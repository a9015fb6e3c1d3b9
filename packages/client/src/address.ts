// Where an operation goes: the URL that is asked for, and the resource that its signature covers.
import {
  percentEncode,
  percentEncodePath,
  type QueryParameter,
  utf8ToBinary,
} from "@ossicle/protocol";
import type { Connection } from "./connection.ts";

/** An operation's place. */
export interface Address {
  /** Scheme, authority and path. */
  readonly url: string;
  /** `/`, `/bucket/` or `/bucket/key`, decoded, as a binary string. */
  readonly resource: string;
}

/** Finds the place of a bucket and key. */
export function addressOf(
  { origin, addressing }: Connection,
  bucket: string | undefined,
  key: string | undefined,
): Address {
  if (bucket === undefined) return { url: `${origin.origin}/`, resource: "/" };
  const binary = utf8ToBinary(key ?? "");
  const path = encodeKey(binary);
  const host = addressing === "virtual" ? `${bucket}.${origin.host}` : origin.host;
  const prefix = addressing === "path" ? `/${bucket}/` : "/";
  return { url: `${origin.protocol}//${host}${prefix}${path}`, resource: `/${bucket}/${binary}` };
}

// URL parsers fold `.` and `..` between slashes, so a key with such a part goes out as one part, with its slashes escaped.
function encodeKey(key: string): string {
  return /(?:^|\/)\.{1,2}(?:\/|$)/.test(key) ? percentEncode(key) : percentEncodePath(key);
}

/** Writes a query; a name without value has no `=`. */
export function formatQuery(query: readonly QueryParameter[]): string {
  if (query.length === 0) return "";
  const parts = query.map(({ name, value }) =>
    value === "" ? percentEncode(name) : `${percentEncode(name)}=${percentEncode(value)}`,
  );
  return `?${parts.join("&")}`;
}
