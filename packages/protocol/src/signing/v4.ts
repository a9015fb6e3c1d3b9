// Signature V4 (OSS4-HMAC-SHA256): the canonical request and the string to sign. Signer and
// verifier share one builder.
import { compareBinary, percentEncode, percentEncodePath } from "../bytes.ts";
import type { QueryParameter } from "../query.ts";
import { canonicalHeaders } from "./canonical-headers.ts";

/** The algorithm's name on the wire. */
export const algorithmV4 = "OSS4-HMAC-SHA256";

/** The only payload hash that OSS takes (EC 0002-00000214). */
export const unsignedPayload = "UNSIGNED-PAYLOAD";

/** Last part of a V4 scope. */
export const requestTypeV4 = "aliyun_v4_request";

/** Longest validity of a presigned V4 URL in seconds (EC 0002-00000232). */
export const maxExpiresSeconds = 604_800;

/** Everything that V4 signs, as binary strings. */
export interface CanonicalRequestV4 {
  readonly method: string;
  /** `/`, `/bucket/` or `/bucket/key`, decoded. */
  readonly resource: string;
  /** The canonical query, from {@link canonicalQueryV4}. */
  readonly query: string;
  /**
   * Signed headers, lower-case names: content-type, content-md5, `x-oss-*` and the additional ones.
   */
  readonly headers: readonly (readonly [string, string])[];
  /** Additional signed headers, lower case, sorted. */
  readonly additionalHeaders: readonly string[];
}

/** The region, product and day for which a V4 signature is valid. */
export interface ScopeV4 {
  /** `yyyymmdd`. */
  readonly date: string;
  /** For example `cn-hangzhou`. */
  readonly region: string;
  /** `oss`. */
  readonly product: string;
}

/** Whether V4 signs a header by default. */
export function isSignedHeaderV4(name: string): boolean {
  return name.startsWith("x-oss-") || name === "content-type" || name === "content-md5";
}

/**
 * Encodes decoded parameters and sorts them by encoded name. An empty value is written without `=`,
 * unless `keepEquals` returns true for its name.
 */
export function canonicalQueryV4(
  query: readonly QueryParameter[],
  keepEquals: (name: string) => boolean = () => false,
): string {
  return query
    .filter(({ name }) => name !== "x-oss-signature")
    .map(({ name, value }) => ({
      name: percentEncode(name),
      value: value === "" && !keepEquals(name) ? undefined : percentEncode(value),
    }))
    .sort((left, right) => compareBinary(left.name, right.name))
    .map(({ name, value }) => (value === undefined ? name : `${name}=${value}`))
    .join("&");
}

/** The canonical request, as a binary string. */
export function canonicalRequestV4(request: CanonicalRequestV4): string {
  const headers = canonicalHeaders(request.headers);
  return (
    `${request.method}\n${percentEncodePath(request.resource)}\n${request.query}\n${headers}\n` +
    `${request.additionalHeaders.join(";")}\n${unsignedPayload}`
  );
}

/** `yyyymmdd/region/product/aliyun_v4_request`. */
export function scopeText(scope: ScopeV4): string {
  return `${scope.date}/${scope.region}/${scope.product}/${requestTypeV4}`;
}

/**
 * The string that is signed. `canonicalHash` is the SHA-256 of the canonical request in lower-case
 * hex.
 */
export function stringToSignV4(timestamp: string, scope: ScopeV4, canonicalHash: string): string {
  return `${algorithmV4}\n${timestamp}\n${scopeText(scope)}\n${canonicalHash}`;
}

/** `yyyymmddThhmmssZ`. */
export function timestampV4(now: Date): string {
  return now.toISOString().replaceAll(/[-:]|\.\d+/g, "");
}

/** Parses `yyyymmddThhmmssZ`. Returns undefined for any other text. */
export function parseTimestampV4(raw: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(raw);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const value = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`);
  return Number.isNaN(value.getTime()) ? undefined : value;
}
