// Verifies signatures V2, in headers and in URLs. The ECs are those of OSS's pages 0002-00000105 to
// 118 and 0002-00000076.
import { createHmac } from "node:crypto";
import { queryValue, schemeV2, stringToSignV2 } from "@ossicle/protocol";
import { checkDate, checkExpires } from "./dates.ts";
import { invalid, mismatch, unknownKey } from "./errors.ts";
import { sameSecret } from "./same-secret.ts";
import type { AuthenticationContext, Verified } from "./verified.ts";

/** `Authorization: OSS2 AccessKeyId:…,AdditionalHeaders:a;b,Signature:…`. */
export function verifyHeaderV2(context: AuthenticationContext, authorization: string): Verified {
  const fields = new Map(
    authorization
      .slice(schemeV2.length)
      .split(",")
      .map((field) => splitField(field.trim())),
  );
  const wrong = (ec: string | undefined): never => {
    const argument = { name: "Authorization", value: authorization };
    throw invalid("Authorization header is invalid.", argument, ec);
  };
  const accessKeyId = fields.get("AccessKeyId") ?? wrong("0002-00000105");
  if (accessKeyId === "") wrong("0002-00000106");
  const provided = fields.get("Signature") ?? wrong(undefined);
  const names = fields.get("AdditionalHeaders");
  if (names === "") wrong("0002-00000110");
  // The line of the date has the header `Date`, also beside an `x-oss-date` (oss2/auth.py).
  const { headers, nowMs } = context;
  const date = checkDate(headers["date"] ?? headers["x-oss-date"], nowMs);
  return check(context, {
    accessKeyId,
    provided,
    date,
    additionalHeaders: namesOf(context, names),
  });
}

// A signature in Base64 has no colon, and neither have the names of headers.
function splitField(field: string): readonly [string, string] {
  const colon = field.indexOf(":");
  return colon < 0 ? [field, ""] : [field.slice(0, colon), field.slice(colon + 1)];
}

/**
 * The parameters `x-oss-signature-version=OSS2`, `x-oss-expires`, `x-oss-access-key-id`,
 * `x-oss-signature` and perhaps `x-oss-additional-headers`.
 */
export function verifyUrlV2(context: AuthenticationContext): Verified {
  const { query, nowMs } = context;
  const parameter = (name: string, missing: string, empty: string): string => {
    const value = queryValue(query, name);
    if (value === undefined) throw invalid(`${name} is missing.`, { name, value: "" }, missing);
    if (value === "") throw invalid(`${name} is empty.`, { name, value }, empty);
    return value;
  };
  const expires = parameter("x-oss-expires", "0002-00000113", "0002-00000113");
  const accessKeyId = parameter("x-oss-access-key-id", "0002-00000115", "0002-00000116");
  const provided = parameter("x-oss-signature", "0002-00000118", "0002-00000118");
  const name = "x-oss-additional-headers";
  const names = queryValue(query, name);
  if (names === "") throw invalid(`${name} is empty.`, { name, value: "" }, "0002-00000076");
  checkExpires(expires, nowMs);
  const additionalHeaders = namesOf(context, names);
  return check(context, { accessKeyId, provided, date: expires, additionalHeaders });
}

// The additional headers by name. Throws InvalidArgument for one that the request does not have.
function namesOf({ headers }: AuthenticationContext, names: string | undefined): readonly string[] {
  if (names === undefined) return [];
  const list = names.split(";").map((name) => name.trim().toLowerCase());
  for (const name of list) {
    if (name !== "" && Object.hasOwn(headers, name)) continue;
    const ec = name === "" ? "0002-00000111" : "0002-00000112";
    const argument = { name: "AdditionalHeaders", value: names };
    throw invalid("The additional headers are invalid.", argument, ec);
  }
  return [...new Set(list)].sort();
}

interface Claim {
  readonly accessKeyId: string;
  readonly provided: string;
  readonly date: string;
  readonly additionalHeaders: readonly string[];
}

function check(context: AuthenticationContext, claim: Claim): Verified {
  const { method, headers, query, resources } = context;
  const { accessKeyId, provided, date, additionalHeaders } = claim;
  const key = context.findKey(accessKeyId);
  if (key === undefined) throw unknownKey(accessKeyId);
  const signed = Object.entries(headers).flatMap(([name, value = ""]) =>
    name.startsWith("x-oss-") || additionalHeaders.includes(name) ? [[name, value] as const] : [],
  );
  const textOf = (resource: string): string =>
    stringToSignV2({
      method,
      contentMd5: headers["content-md5"] ?? "",
      contentType: headers["content-type"] ?? "",
      date,
      headers: signed,
      additionalHeaders,
      resource,
      query,
    });
  for (const [reading, resource] of resources.entries()) {
    const hmac = createHmac("sha256", key.accessKeySecret).update(textOf(resource), "latin1");
    if (sameSecret(hmac.digest("base64"), provided)) return { key, reading };
  }
  throw mismatch({ accessKeyId, provided, stringToSign: textOf(resources[0]) }, "0002-00000040");
}
