// PutBucketCors: which pages of other origins may use the bucket from a browser.
import { type Codec, flag, integer, oneOf, text } from "../../codec.ts";
import {
  type Binding,
  bucketName,
  element,
  elements,
  type Nothing,
  type Operation,
} from "../../operation.ts";
import { leaf, many, one, shape, type XmlCodec } from "../../xml/codec.ts";

/** A method that a rule may allow. */
export type CorsMethod = "GET" | "PUT" | "DELETE" | "POST" | "HEAD";

export const corsMethod: Codec<CorsMethod> = oneOf("GET", "PUT", "DELETE", "POST", "HEAD");

/** Most rules of a bucket (OSS documentation, PutBucketCors). */
export const maxCorsRules = 10;

/**
 * Longest time that a browser may keep a preflight's answer, in seconds (OSS documentation,
 * PutBucketCors).
 */
export const maxCorsAgeSeconds = 999_999_999;

/** A rule; the first one that fits decides. */
export interface CorsRule {
  /** Origins, each with at most one `*`. */
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly CorsMethod[];
  /** Request headers, each with at most one `*`; case does not matter. */
  readonly allowedHeaders: readonly string[];
  /** Response headers that the page may read; no `*`. */
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** A bucket's rules. */
export interface CorsConfiguration {
  readonly rules: readonly CorsRule[];
  /** Whether answers say `Vary: Origin` under every rule. */
  readonly responseVary?: boolean;
}

const rule: XmlCodec<CorsRule> = shape<CorsRule>({
  allowedOrigins: many("AllowedOrigin", leaf(text)),
  allowedMethods: many("AllowedMethod", leaf(corsMethod)),
  allowedHeaders: many("AllowedHeader", leaf(text)),
  exposeHeaders: many("ExposeHeader", leaf(text)),
  maxAgeSeconds: one("MaxAgeSeconds", leaf(integer(Number.MIN_SAFE_INTEGER))),
});

export const corsRules: Binding<readonly CorsRule[]> = elements("CORSRule", rule);

export const responseVary: Binding<boolean> = element("ResponseVary", leaf(flag));

/** What PutBucketCors takes. */
export interface PutBucketCorsInput extends CorsConfiguration {
  readonly bucket: string;
}

/** Sets a bucket's CORS rules. */
export const putBucketCors: Operation<PutBucketCorsInput, Nothing> = {
  name: "PutBucketCors",
  method: "PUT",
  level: "bucket",
  selectors: ["cors"],
  access: "owner",
  action: "PutBucketCors",
  idempotent: true,
  reads: "nothing",
  inputRoot: "CORSConfiguration",
  input: { bucket: bucketName(), rules: corsRules, responseVary },
  output: {},
};
