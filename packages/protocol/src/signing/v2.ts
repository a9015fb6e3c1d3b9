// Signature V2: the string to sign, in headers and in URLs. It is older than V4; oss2 and the SDK
// for Java still offer it (oss2/auth.py, ProviderAuthV2; SignV2Utils.java).
import { compareBinary, percentEncode } from "../bytes.ts";
import type { QueryParameter } from "../query.ts";
import { canonicalHeaders } from "./canonical-headers.ts";

/** Everything that V2 signs, as binary strings. */
export interface CanonicalRequestV2 {
  readonly method: string;
  readonly contentMd5: string;
  readonly contentType: string;
  /** `Date`; `x-oss-expires` in a URL. */
  readonly date: string;
  /** `x-oss-*` and additional headers, lower-case names. */
  readonly headers: readonly (readonly [string, string])[];
  /** Names of the additional headers, lower-case, in their order. */
  readonly additionalHeaders: readonly string[];
  /** `/`, `/bucket/` or `/bucket/key`, decoded. */
  readonly resource: string;
  /** All parameters are signed, except for the signature. */
  readonly query: readonly QueryParameter[];
}

/** The scheme of the header, and the value of `x-oss-signature-version`. */
export const schemeV2 = "OSS2";

/** The string that is signed, as a binary string. */
export function stringToSignV2(request: CanonicalRequestV2): string {
  const { method, contentMd5, contentType, date, headers, additionalHeaders } = request;
  return (
    `${method}\n${contentMd5}\n${contentType}\n${date}\n${canonicalHeaders(headers)}` +
    `${additionalHeaders.join(";")}\n${canonicalResource(request)}`
  );
}

function canonicalResource({ resource, query }: CanonicalRequestV2): string {
  const signed = query
    .filter(({ name }) => name !== "x-oss-signature")
    .map(({ name, value }) => ({ name: percentEncode(name), value: percentEncode(value) }))
    .sort((left, right) => compareBinary(left.name, right.name))
    .map(({ name, value }) => (value === "" ? name : `${name}=${value}`));
  const path = percentEncode(resource);
  return signed.length === 0 ? path : `${path}?${signed.join("&")}`;
}
