// Signature V1: the string to sign, in headers and in URLs. Signer and verifier share one builder.
import { compareBinary } from "../bytes.ts";
import type { QueryParameter } from "../query.ts";
import { canonicalHeaders } from "./canonical-headers.ts";

/** Everything that V1 signs, as binary strings. */
export interface CanonicalRequestV1 {
  readonly method: string;
  /** The header's value as sent, on every method: Go SDK v2 signs it on GET too. */
  readonly contentMd5: string;
  readonly contentType: string;
  /** `x-oss-date` or `Date`; `Expires` in a URL. */
  readonly date: string;
  /** `x-oss-*` headers, lower-case names. */
  readonly ossHeaders: readonly (readonly [string, string])[];
  /** `/`, `/bucket/` or `/bucket/key`, decoded. */
  readonly resource: string;
  readonly query: readonly QueryParameter[];
}

/** Which query parameters take part, and how an empty one is written. */
export interface SubresourceRule {
  readonly signed: (name: string) => boolean;
  readonly emptyWithEquals?: true;
}

/** The string that is signed, as a binary string. */
export function stringToSignV1(request: CanonicalRequestV1, rule: SubresourceRule): string {
  const headers = canonicalHeaders(request.ossHeaders);
  return (
    `${request.method}\n${request.contentMd5}\n${request.contentType}\n${request.date}\n` +
    headers +
    canonicalResource(request, rule)
  );
}

function canonicalResource({ resource, query }: CanonicalRequestV1, rule: SubresourceRule): string {
  const signed = query
    .filter(({ name }) => rule.signed(name))
    .sort((left, right) => compareBinary(left.name, right.name))
    .map(({ name, value }) => (value === "" && !rule.emptyWithEquals ? name : `${name}=${value}`));
  return signed.length === 0 ? resource : `${resource}?${signed.join("&")}`;
}
