// Verifies signatures V4, in headers and in URLs, with the liberties that real SDKs take
// (docs/reference/protocol/requests.md, signatures).
import { createHmac, hash } from "node:crypto";
import {
  algorithmV4,
  canonicalQueryV4,
  canonicalRequestV4,
  compareBinary,
  isSignedHeaderV4,
  isSubresource,
  maxExpiresSeconds,
  parseTimestampV4,
  queryValue,
  requestTypeV4,
  type ScopeV4,
  stringToSignV4,
  unsignedPayload,
} from "@ossicle/protocol";
import type { AuthenticationContext, Verified } from "./verified.ts";
import { denied, invalid, maxSkewMs, mismatch, tooSkewed, unknownKey } from "./errors.ts";
import { sameSecret } from "./same-secret.ts";
import { signingKeyOf } from "./signing-key.ts";

interface Claim {
  readonly accessKeyId: string;
  readonly scope: ScopeV4;
  readonly timestamp: string;
  readonly additionalHeaders: readonly string[];
  readonly provided: string;
}

/**
 * `Authorization: OSS4-HMAC-SHA256 Credential=…,AdditionalHeaders=…,Signature=…`, in any
 * order, blanks allowed.
 */
export function verifyHeaderV4(context: AuthenticationContext, authorization: string): Verified {
  const fields = new Map<string, string>();
  for (const part of authorization.slice(algorithmV4.length).split(",")) {
    const equals = part.indexOf("=");
    if (equals > 0) fields.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const credential = fields.get("Credential");
  const provided = fields.get("Signature");
  const blame = { name: "Authorization", value: authorization };
  if (credential === undefined || provided === undefined) {
    throw invalid("The authorization header is malformed.", blame, "0002-00000202");
  }
  const additional = fields.get("AdditionalHeaders");
  if (additional === "") throw invalid("AdditionalHeaders is empty.", blame, "0002-00000209");
  const payload = context.headers["x-oss-content-sha256"];
  if (payload !== unsignedPayload) {
    throw invalid(
      "x-oss-content-sha256 must be UNSIGNED-PAYLOAD.",
      { name: "x-oss-content-sha256", value: payload ?? "" },
      "0002-00000214",
    );
  }
  const { timestamp, requestMs, date } = headerTime(context);
  if (Math.abs(requestMs - context.nowMs) > maxSkewMs) throw tooSkewed(requestMs, context.nowMs);
  const { accessKeyId, scope } = parseCredential(context, credential, {
    blame,
    date,
    malformedEc: "0002-00000206",
    place: "Authorization header",
  });
  return check(context, {
    accessKeyId,
    scope,
    timestamp,
    additionalHeaders: splitNames(additional),
    provided,
  });
}

// The Go SDK v1 sends no `x-oss-date` under V4 and signs the raw text of `Date`.
function headerTime({ headers }: AuthenticationContext): {
  timestamp: string;
  requestMs: number;
  date: string;
} {
  const timestamp = headers["x-oss-date"] ?? headers["date"];
  if (timestamp === undefined) {
    throw denied("OSS authentication requires a valid Date.", "0002-00000503");
  }
  if (timestamp === lastTime.timestamp) return lastTime;
  const requestMs = parseTimestampV4(timestamp)?.getTime() ?? Date.parse(timestamp);
  if (Number.isNaN(requestMs)) {
    throw denied("OSS authentication requires a valid Date.", "0002-00000502");
  }
  const date = new Date(requestMs).toISOString().slice(0, 10).replaceAll("-", "");
  lastTime = { timestamp, requestMs, date };
  return lastTime;
}

// Cached, because all requests of a second carry the same text.
let lastTime = { timestamp: "", requestMs: Number.NaN, date: "" };

/** `?x-oss-signature-version=OSS4-HMAC-SHA256&…`. */
export function verifyUrlV4(context: AuthenticationContext): Verified {
  const { query, nowMs } = context;
  const get = (name: string): string | undefined => queryValue(query, name);
  const need = (name: string, ec: string): string => {
    const value = get(name);
    if (value !== undefined && value !== "") return value;
    throw invalid(`The parameter ${name} is missing.`, { name, value: "" }, ec);
  };
  const credential = need("x-oss-credential", "0002-00000217");
  const timestamp = need("x-oss-date", "0002-00000503");
  const expires = need("x-oss-expires", "0002-00000215");
  const provided = need("x-oss-signature", "0002-00000216");
  const startMs = parseTimestampV4(timestamp)?.getTime();
  if (startMs === undefined) {
    throw denied("OSS authentication requires a valid Date.", "0002-00000502");
  }
  const seconds = /^\d{1,9}$/.test(expires) ? Number(expires) : 0;
  if (seconds < 1 || seconds > maxExpiresSeconds) {
    throw invalid(
      "x-oss-expires must be between 1 and 604800.",
      { name: "x-oss-expires", value: expires },
      "0002-00000232",
    );
  }
  if (nowMs < startMs - maxSkewMs || nowMs > startMs + seconds * 1_000) {
    throw denied("Request has expired.", "0002-00000236");
  }
  const { accessKeyId, scope } = parseCredential(context, credential, {
    blame: { name: "x-oss-credential", value: credential },
    date: timestamp.slice(0, 8),
    malformedEc: "0002-00000222",
    place: "x-oss-credential",
  });
  const additionalHeaders = splitNames(get("x-oss-additional-headers"));
  const missing = additionalHeaders.find((name) => context.headers[name] === undefined);
  if (missing !== undefined) {
    throw invalid(`The signed header ${missing} is missing.`, {
      name: "x-oss-additional-headers",
      value: additionalHeaders.join(";"),
    });
  }
  return check(context, { accessKeyId, scope, timestamp, additionalHeaders, provided });
}

interface CredentialPlace {
  readonly blame: { readonly name: string; readonly value: string };
  readonly date: string;
  readonly malformedEc: string;
  readonly place: string;
}

function parseCredential(
  context: AuthenticationContext,
  credential: string,
  { blame, date, malformedEc, place }: CredentialPlace,
): { accessKeyId: string; scope: ScopeV4 } {
  const parts = credential.split("/");
  const [accessKeyId = "", signDate = "", region = "", product = "", type = ""] = parts;
  if (parts.length !== 5 || accessKeyId === "" || type !== requestTypeV4) {
    throw invalid("The credential is malformed.", blame, malformedEc);
  }
  if (signDate !== date) throw invalid("The sign date is invalid.", blame, "0002-00000223");
  // When product and region are both wrong, the product is reported (integration test of the Java
  // SDK).
  if (product !== "oss") {
    throw invalid(`Invalid signing product in ${place}.`, blame, "0002-00000227");
  }
  if (region !== context.region) {
    const message =
      place === "x-oss-credential"
        ? "The signing region in credential is invalid."
        : `Invalid signing region in ${place}.`;
    throw invalid(message, blame, "0002-00000226");
  }
  return { accessKeyId, scope: { date: signDate, region, product } };
}

function splitNames(list: string | undefined): readonly string[] {
  return (list ?? "")
    .split(";")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "")
    .sort();
}

function check(context: AuthenticationContext, claim: Claim): Verified {
  const key = context.findKey(claim.accessKeyId);
  if (key === undefined) throw unknownKey(claim.accessKeyId);
  const signingKey = signingKeyOf(key, claim.scope);
  const headers = signedHeaders(context, claim.additionalHeaders);
  let stringToSign = "";
  for (const [reading, resource] of context.resources.entries()) {
    for (const query of queryForms(context)) {
      const canonical = canonicalRequestV4({
        method: context.method,
        resource,
        query,
        headers,
        additionalHeaders: claim.additionalHeaders,
      });
      const digest = hash("sha256", Buffer.from(canonical, "latin1"), "hex");
      const text = stringToSignV4(claim.timestamp, claim.scope, digest);
      if (stringToSign === "") stringToSign = text;
      const expected = createHmac("sha256", signingKey).update(text, "latin1").digest("hex");
      if (sameSecret(expected, claim.provided)) return { key, reading };
    }
  }
  throw mismatch({ ...claim, stringToSign }, "0002-00000201");
}

// The forms of a query that SDKs sign: (i) decoded and encoded again; (ii) as on the wire, by the
// C# SDK v2; (iii) with `name=` for empty values that are no sub-resources, by ali-oss.
function queryForms({ query, rawQuery }: AuthenticationContext): readonly string[] {
  if (query.length === 0) return [""];
  const raw = rawQuery
    .split("&")
    .filter((part) => !part.startsWith("x-oss-signature="))
    .map((part) => part.replace(/=$/, ""))
    .sort((left, right) => compareBinary(nameOf(left), nameOf(right)))
    .join("&");
  const mixed = canonicalQueryV4(query, (name) => !isSubresource(name));
  return [...new Set([canonicalQueryV4(query), raw, mixed])];
}

function nameOf(part: string): string {
  const equals = part.indexOf("=");
  return equals < 0 ? part : part.slice(0, equals);
}

function signedHeaders(
  { headers }: AuthenticationContext,
  additional: readonly string[],
): readonly (readonly [string, string])[] {
  const out: [string, string][] = [];
  for (const name in headers) {
    if (isSignedHeaderV4(name) || additional.includes(name)) out.push([name, headers[name] ?? ""]);
  }
  return out;
}
