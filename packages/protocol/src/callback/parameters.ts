// Reads and writes the callback parameters `x-oss-callback` and `x-oss-callback-var`; both are
// Base64 of JSON. Every rule is from OSS's callback documentation (2025-09-19) and its EC pages.
// docs/reference/compatibility.md decides what OSS leaves open.
import { binaryToUtf8, decodeBase64, utf8ToBinary } from "../bytes.ts";
import { OssError } from "../oss-error.ts";
import { shownValue } from "../shown-value.ts";
import { parseCallbackUrl, type CallbackUrl } from "./callback-url.ts";
import { type CallbackBodyType, parseTemplate, type Template } from "./template.ts";

/**
 * The name of the stored callback that a callback parameter refers to. Undefined when the parameter
 * is itself a callback, or is malformed.
 */
export function callbackPolicyName(callback: string): string | undefined {
  const text = decodeBase64(callback);
  if (text === undefined || text.length > maxParameterBytes) return undefined;
  try {
    const { callbackPolicy } = JSON.parse(text) as { readonly callbackPolicy?: unknown };
    return typeof callbackPolicy === "string" ? callbackPolicy : undefined;
  } catch {
    return undefined; // parseCallback reports the error
  }
}

/** Longest Base64 text of either parameter, in bytes (EC 0007-00000001 and 0007-00000101: 5 KB). */
export const maxParameterBytes = 5_120;

/** Most URLs in `callbackUrl` (EC 0007-00000005). */
export const maxCallbackUrls = 5;

/** Most members of `additionalHeaders` (EC 0007-00000022). */
export const maxAdditionalHeaders = 10;

/** Checked callback parameters. */
export interface CallbackParameters {
  /** One to five, tried in order until the first success. */
  readonly urls: readonly CallbackUrl[];
  /** Value of the Host header; the URL's own when absent. */
  readonly host?: string;
  readonly body: Template;
  readonly bodyType: CallbackBodyType;
  /** Whether TLS sends the server's name. */
  readonly sni: boolean;
  readonly additionalHeaders: Readonly<Record<string, string>>;
  /** The `x:` variables, names with their prefix. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The parameters as the request carries them, still encoded. */
export interface RawCallback {
  readonly callback: string;
  readonly callbackVar?: string | undefined;
}

/**
 * Checks the parameters. Throws InvalidArgument with OSS's EC. Returns undefined when the request
 * has no callback.
 */
export function parseCallback(raw: RawCallback): CallbackParameters | undefined {
  const variables = parseVariables(raw.callbackVar);
  if (raw.callback === "") return undefined;
  const text = decodeParameter(raw.callback, "callback", {
    tooLong: "0007-00000001",
    notBase64: "0007-00000002",
  });
  const json = parseObject(text);
  if (json === undefined) {
    throw refuse(
      "The callback configuration is not json format.",
      "callback",
      text,
      "0007-00000003",
    );
  }
  if (json["callbackPolicy"] !== undefined) {
    // The server replaces a name by the stored callback before this check. A name that is still
    // here stands in a stored callback.
    throw refuse("A stored callback cannot name another one.", "callback", text, "0007-00000004");
  }
  const members = new Members(json, text);
  const url = members.text("callbackUrl", "0007-00000004");
  // An empty or missing URL means that no callback is configured (API reference 2021, EC
  // 0007-00000004).
  if (url === undefined || url.trim() === "") return undefined;
  const body = members.text("callbackBody", "0007-00000010");
  if (body === undefined || body === "") {
    throw refuse("The callback body is empty.", "callback", text, "0007-00000011");
  }
  const host = members.text("callbackHost", "0007-00000009");
  if (host !== undefined && host !== "" && !hostPattern.test(host)) {
    throw refuse("The callback host is invalid.", "callback", text, "0007-00000009");
  }
  return {
    urls: parseUrls(url, text),
    ...(host === undefined || host === "" ? {} : { host }),
    body: parseTemplate(body),
    bodyType: members.bodyType(),
    sni: members.sni(),
    additionalHeaders: members.additionalHeaders(),
    variables,
  };
}

const hostPattern = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::\d{1,5})?$/;

function parseUrls(list: string, text: string): readonly CallbackUrl[] {
  const parts = list
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  // `;` alone names no URL.
  if (parts.length === 0) {
    throw refuse("The callback url is invalid.", "callback", text, "0007-00000004");
  }
  if (parts.length > maxCallbackUrls) {
    throw refuse("The callback url number is beyond limit.", "callback", text, "0007-00000005");
  }
  return parts.map((part) => {
    const url = parseCallbackUrl(part);
    if (url === undefined) {
      throw refuse("The callback url is invalid.", "callback", text, "0007-00000004");
    }
    return url;
  });
}

class Members {
  readonly #json: Readonly<Record<string, unknown>>;
  readonly #text: string;

  constructor(json: Readonly<Record<string, unknown>>, text: string) {
    this.#json = json;
    this.#text = text;
  }

  text(name: string, ec: string): string | undefined {
    const value = this.#json[name];
    if (value === undefined || typeof value === "string") return value;
    throw refuse(`The ${words(name)} is invalid.`, "callback", this.#text, ec);
  }

  bodyType(): CallbackBodyType {
    const value = this.text("callbackBodyType", "0007-00000012");
    if (value === undefined) return "application/x-www-form-urlencoded";
    if (value === "application/json" || value === "application/x-www-form-urlencoded") return value;
    throw refuse("The callback body type is invalid.", "callback", this.#text, "0007-00000012");
  }

  // A JSON boolean; the string "true" is refused, as OSS refuses what the Android SDK sends.
  sni(): boolean {
    const value = this.#json["callbackSNI"];
    if (value === undefined) return false;
    if (typeof value === "boolean") return value;
    throw refuse("The callback sni is invalid.", "callback", this.#text, undefined);
  }

  additionalHeaders(): Readonly<Record<string, string>> {
    const value = this.#json["additionalHeaders"];
    if (value === undefined) return {};
    const fail = (message: string, ec: string): OssError =>
      refuse(message, "callback", this.#text, ec);
    if (!isRecord(value)) throw fail("The additional headers is not a map.", "0007-00000021");
    const entries = Object.entries(value);
    if (entries.length > maxAdditionalHeaders) {
      throw fail("The additional headers number is beyond limit.", "0007-00000022");
    }
    const out: Record<string, string> = {};
    for (const [name, content] of entries) {
      if (name === "") throw fail("The additional header key is empty.", "0007-00000023");
      if (!/^[a-z0-9-]+$/.test(name)) {
        throw fail("The additional header key is invalid.", "0007-00000024");
      }
      if (name.startsWith("x-oss-")) {
        throw fail("The additional header key must not start with x-oss-.", "0007-00000026");
      }
      if (reservedHeaders.has(name) || reservedPrefixes.some((one) => name.startsWith(one))) {
        throw fail("The additional header key is reserved.", "0007-00000024");
      }
      if (typeof content !== "string" || !printable.test(content)) {
        throw fail("The additional header value is invalid.", "0007-00000025");
      }
      out[name] = content;
    }
    return out;
  }
}

// Headers that an uploader may not add. Some frame or sign the callback: with them an uploader
// could smuggle a second request. Internal services authenticate callers by the others: sessions,
// proxies, metadata services. OSS documents no such rule.
const reservedHeaders: ReadonlySet<string> = new Set([
  "host",
  "connection",
  "content-length",
  "content-md5",
  "content-type",
  "transfer-encoding",
  "authorization",
  "date",
  "expect",
  "upgrade",
  "te",
  "trailer",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
  "cookie",
  "metadata",
  "metadata-flavor",
]);

/**
 * Prefixes of further headers that an uploader may not add: those of the store itself, of the
 * second signature, and of the metadata services of AWS, Alibaba Cloud and Google.
 */
const reservedPrefixes = [
  "x-ossicle-",
  "webhook-",
  "x-aws-ec2-metadata-",
  "x-aliyun-ecs-metadata-",
  "x-google-metadata-",
] as const;

const printable = /^[\t\u0020-\u007e\u0080-\u00ff]*$/; // what an HTTP header can carry

function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Reads `x-oss-callback-var`. An empty one is no error (integration test of the .NET SDK). */
export function parseVariables(raw: string | undefined): Readonly<Record<string, string>> {
  if (raw === undefined || raw === "") return {};
  const text = decodeParameter(raw, "callback-var", {
    tooLong: "0007-00000101",
    notBase64: "0007-00000102",
  });
  const json = parseObject(text);
  if (json === undefined) {
    throw refuse("The callback var is not json format.", "callback-var", text, "0007-00000103");
  }
  for (const [name, value] of Object.entries(json)) {
    if (typeof value !== "string" || !/^x:./su.test(name)) {
      throw refuse("The callback var is not a string map.", "callback-var", text, "0007-00000104");
    }
  }
  return json as Readonly<Record<string, string>>; // every value was just found to be a string
}

function decodeParameter(
  raw: string,
  name: "callback" | "callback-var",
  codes: { readonly tooLong: string; readonly notBase64: string },
): string {
  const subject = name === "callback" ? "callback configuration" : "callback var";
  if (raw.length > maxParameterBytes) {
    throw refuse(`The ${subject} is too long.`, name, shownValue(raw), codes.tooLong);
  }
  const binary = decodeBase64(raw);
  const text = binary === undefined ? undefined : binaryToUtf8(binary);
  if (text === undefined) {
    throw refuse(`The ${subject} is not base64 encoded`, name, raw, codes.notBase64);
  }
  return text;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The refusal of a callback parameter: 400 InvalidArgument. */
export function refuse(
  message: string,
  argumentName: string,
  argumentValue: string,
  ec: string | undefined,
): OssError {
  return new OssError(
    "InvalidArgument",
    { ArgumentName: argumentName, ArgumentValue: argumentValue },
    ec === undefined ? { message } : { message, ec },
  );
}

/** JSON as Base64, the way both parameters travel. */
export function encodeParameter(value: object): string {
  return btoa(utf8ToBinary(JSON.stringify(value)));
}
