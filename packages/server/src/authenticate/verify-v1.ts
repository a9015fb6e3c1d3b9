// Verifies signatures V1, in headers and in URLs, with the liberties that real SDKs take
// (docs/reference/protocol/requests.md, signatures).
import { createHmac } from "node:crypto";
import {
  isSubresource,
  type QueryParameter,
  queryValue,
  stringToSignV1,
  type SubresourceRule,
} from "@ossicle/protocol";
import type { AccessKey } from "../accounts/identity.ts";
import { checkDate, checkExpires } from "./dates.ts";
import { denied, invalid, mismatch, unknownKey } from "./errors.ts";
import { sameSecret } from "./same-secret.ts";
import type { AuthenticationContext, Verified } from "./verified.ts";

/** `Authorization: OSS <AccessKeyId>:<signature>`. */
export function verifyHeaderV1(context: AuthenticationContext, authorization: string): Verified {
  const match = /^OSS ([^:]*):(.*)$/.exec(authorization);
  if (match === null) {
    throw invalid(
      "Authorization header is invalid.",
      { name: "Authorization", value: authorization },
      undefined,
    );
  }
  const [, accessKeyId = "", provided = ""] = match;
  // `x-oss-date` wins over `Date`.
  const { headers, nowMs } = context;
  const date = checkDate(headers["x-oss-date"] ?? headers["date"], nowMs);
  return check(context, { accessKeyId, provided: provided.trim(), date, query: context.query });
}

/** `?OSSAccessKeyId=…&Expires=…&Signature=…`. */
export function verifyUrlV1(context: AuthenticationContext): Verified {
  const { query, nowMs } = context;
  const accessKeyId = queryValue(query, "OSSAccessKeyId");
  const expires = queryValue(query, "Expires");
  const provided = queryValue(query, "Signature");
  if (accessKeyId === undefined || expires === undefined || provided === undefined) {
    throw denied(
      "Query string authentication requires the Signature, Expires and OSSAccessKeyId parameters.",
      "0002-00000068",
    );
  }
  checkExpires(expires, nowMs);
  return check(context, { accessKeyId, provided, date: expires, query });
}

interface Claim {
  readonly accessKeyId: string;
  readonly provided: string;
  readonly date: string;
  readonly query: readonly QueryParameter[];
}

// The parameters that an SDK may have signed, the likeliest rule first. All rules use the same
// secret, so accepting any of them costs no security.
const isAuthName = (name: string): boolean =>
  name === "OSSAccessKeyId" || name === "Expires" || name === "Signature";
const withOssNames = (name: string): boolean => isSubresource(name) || name.startsWith("x-oss-");
const everything = (name: string): boolean => !isAuthName(name);
const standardRule: SubresourceRule = { signed: isSubresource };
const rules: readonly SubresourceRule[] = [
  standardRule,
  { signed: withOssNames },
  { signed: everything },
  { signed: isSubresource, emptyWithEquals: true },
  { signed: withOssNames, emptyWithEquals: true },
  { signed: everything, emptyWithEquals: true },
];

function check(context: AuthenticationContext, claim: Claim): Verified {
  const key = context.findKey(claim.accessKeyId);
  if (key === undefined) throw unknownKey(claim.accessKeyId);
  const headers = ossHeaders(context);
  const text = (resource: string, rule: SubresourceRule): string =>
    stringToSignV1(
      {
        method: context.method,
        contentMd5: context.headers["content-md5"] ?? "",
        contentType: context.headers["content-type"] ?? "",
        date: claim.date,
        ossHeaders: headers,
        resource,
        query: claim.query,
      },
      rule,
    );
  const tries = claim.query.length === 0 ? [standardRule] : rules;
  for (const [reading, resource] of context.resources.entries()) {
    for (const form of resourceForms(resource)) {
      for (const rule of tries) {
        if (sameSecret(hmacSha1(key, text(form, rule)), claim.provided)) return { key, reading };
      }
    }
  }
  const stringToSign = text(context.resources[0], standardRule);
  throw mismatch({ ...claim, stringToSign }, "0002-00000040");
}

// The .NET SDK presigns a bucket without its trailing slash.
function resourceForms(resource: string): readonly string[] {
  return /^\/[^/]+\/$/.test(resource) ? [resource, resource.slice(0, -1)] : [resource];
}

function ossHeaders({ headers }: AuthenticationContext): readonly (readonly [string, string])[] {
  const out: [string, string][] = [];
  for (const name in headers) {
    if (name.startsWith("x-oss-")) out.push([name, headers[name] ?? ""]);
  }
  return out;
}

function hmacSha1(key: AccessKey, text: string): string {
  return createHmac("sha1", key.accessKeySecret).update(text, "latin1").digest("base64");
}
