// PutBucketCors: checks the rules and stores them.
import { type CorsRule, maxCorsAgeSeconds, maxCorsRules, OssError } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";
import { malformedDocument } from "./malformed-document.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/** Sets the CORS rules. */
export const putBucketCors: Handler<"putBucketCors"> = async ({ services, bucket }, input) => {
  const { rules, responseVary = false } = input;
  if (rules.length > maxCorsRules) throw new OssError("CORSRuleBeyondLimit");
  if (rules.length === 0) throw malformedDocument("The document has no CORSRule.");
  for (const rule of rules) checkRule(rule);
  const kept = rules.map((rule) => ({
    ...rule,
    allowedHeaders: rule.allowedHeaders.map((name) => name.toLowerCase()),
  }));
  await writeConfig(services, bucket, { name: "cors", value: { rules: kept, responseVary } });
  return { output: {} };
};

function checkRule(rule: CorsRule): void {
  const { allowedOrigins, allowedMethods, allowedHeaders, exposeHeaders, maxAgeSeconds = 0 } = rule;
  if (allowedOrigins.length === 0 || allowedMethods.length === 0) {
    throw malformedDocument("A CORSRule needs AllowedOrigin and AllowedMethod.");
  }
  if (maxAgeSeconds < 0 || maxAgeSeconds > maxCorsAgeSeconds) {
    throw invalid("MaxAgeSeconds", String(maxAgeSeconds));
  }
  for (const origin of allowedOrigins) {
    // A space is allowed, although no browser sends one (integration test of oss2).
    if (stars(origin) > 1 || !/^[\u0020-\u007e]+$/.test(origin))
      throw invalid("AllowedOrigin", origin);
  }
  for (const name of allowedHeaders) {
    if (stars(name) > 1 || !token.test(name)) throw invalid("AllowedHeader", name);
  }
  for (const name of exposeHeaders) {
    if (stars(name) > 0 || !token.test(name)) throw invalid("ExposeHeader", name);
  }
}

// A header's name (RFC 9110). It must be valid, because the server sends the rules' names in
// response headers.
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function stars(text: string): number {
  return text.split("*").length - 1;
}

function invalid(name: string, value: string): OssError<"InvalidArgument"> {
  return new OssError("InvalidArgument", { ArgumentName: name, ArgumentValue: value });
}
