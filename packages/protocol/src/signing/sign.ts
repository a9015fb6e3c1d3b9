// Signs requests and URLs, V1 and V4, with WebCrypto only: Node, browsers and edge runtimes alike.
import { binaryToBytes, bytesToBinary, bytesToHex, utf8ToBinary } from "../bytes.ts";
import type { QueryParameter } from "../query.ts";
import { stringToSignV1, type SubresourceRule } from "./v1.ts";
import {
  algorithmV4,
  canonicalQueryV4,
  canonicalRequestV4,
  isSignedHeaderV4,
  type ScopeV4,
  scopeText,
  stringToSignV4,
  timestampV4,
  unsignedPayload,
} from "./v4.ts";

/** An access key, with a security token when it is a temporary one. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

/** A request to sign. Names, values and resource are binary strings. */
export interface SignableRequest {
  readonly method: string;
  /** `/`, `/bucket/` or `/bucket/key`, decoded. */
  readonly resource: string;
  /** Decoded. */
  readonly query: readonly QueryParameter[];
  /** In any case. */
  readonly headers: readonly (readonly [string, string])[];
}

/** The credentials, version, region and time of a signature. */
export interface SigningOptions {
  readonly credentials: Credentials;
  readonly version: "V1" | "V4";
  /** For example `cn-hangzhou`; V4 only. */
  readonly region: string;
  readonly now: Date;
}

/** Returns the headers that sign a request. Send them beside its own. */
export async function signHeaders(
  request: SignableRequest,
  options: SigningOptions,
): Promise<readonly (readonly [string, string])[]> {
  const { credentials, now } = options;
  const added: [string, string][] = [];
  if (credentials.securityToken !== undefined) {
    added.push(["x-oss-security-token", credentials.securityToken]);
  }
  if (options.version === "V1") {
    const date = now.toUTCString();
    added.push(["x-oss-date", date]); // browsers forbid setting Date
    const text = v1Text({ ...request, headers: [...request.headers, ...added] }, date);
    const signature = btoa(await hmac("SHA-1", credentials.accessKeySecret, text));
    return [...added, ["authorization", `OSS ${credentials.accessKeyId}:${signature}`]];
  }
  const timestamp = timestampV4(now);
  added.push(["x-oss-date", timestamp], ["x-oss-content-sha256", unsignedPayload]);
  const scope = scopeOf(options, timestamp);
  const signed = { ...request, headers: [...request.headers, ...added] };
  const signature = await signatureV4(signed, {
    secret: credentials.accessKeySecret,
    scope,
    timestamp,
  });
  const credential = `${credentials.accessKeyId}/${scopeText(scope)}`;
  return [
    ...added,
    ["authorization", `${algorithmV4} Credential=${credential},Signature=${signature}`],
  ];
}

/**
 * Returns the query parameters that make a URL presigned: the request's own and the signature's.
 */
export async function signQuery(
  request: SignableRequest,
  options: SigningOptions & { readonly expiresSeconds: number },
): Promise<readonly QueryParameter[]> {
  const { credentials, now, expiresSeconds } = options;
  const token = credentials.securityToken;
  if (options.version === "V1") {
    const expires = String(Math.floor(now.getTime() / 1_000) + expiresSeconds);
    const query = [
      ...request.query,
      ...(token === undefined ? [] : [{ name: "security-token", value: token }]),
    ];
    const signed = v1Text({ ...request, query }, expires);
    const signature = btoa(await hmac("SHA-1", credentials.accessKeySecret, signed));
    return [
      ...query,
      { name: "OSSAccessKeyId", value: credentials.accessKeyId },
      { name: "Expires", value: expires },
      { name: "Signature", value: signature },
    ];
  }
  const timestamp = timestampV4(now);
  const scope = scopeOf(options, timestamp);
  const query = [
    ...request.query,
    { name: "x-oss-signature-version", value: algorithmV4 },
    { name: "x-oss-credential", value: `${credentials.accessKeyId}/${scopeText(scope)}` },
    { name: "x-oss-date", value: timestamp },
    { name: "x-oss-expires", value: String(expiresSeconds) },
    ...(token === undefined ? [] : [{ name: "x-oss-security-token", value: token }]),
  ];
  const secret = credentials.accessKeySecret;
  const signature = await signatureV4({ ...request, query }, { secret, scope, timestamp });
  return [...query, { name: "x-oss-signature", value: signature }];
}

function scopeOf(options: SigningOptions, timestamp: string): ScopeV4 {
  return { date: timestamp.slice(0, 8), region: options.region, product: "oss" };
}

function v1Text(request: SignableRequest, date: string): string {
  const headers = lowerCase(request.headers);
  const find = (name: string): string => new Map(headers).get(name) ?? "";
  return stringToSignV1(
    {
      method: request.method,
      contentMd5: find("content-md5"),
      contentType: find("content-type"),
      date,
      ossHeaders: headers.filter(([name]) => name.startsWith("x-oss-")),
      resource: request.resource,
      query: request.query,
    },
    signerRule,
  );
}

// Parameters of this project's own requests that V1 does not sign. All their other parameters are
// sub-resources, which V1 signs.
const ofListings = /^(prefix|delimiter|.*marker|max-.*|encoding-type|list-type|start-after)$/;
const ofOthers = /^(fetch-owner|tag-.*|regions|accessmonitor)$/;

const signerRule: SubresourceRule = {
  signed: (name) => !ofListings.test(name) && !ofOthers.test(name),
};

interface KeyV4 {
  readonly secret: string;
  readonly scope: ScopeV4;
  readonly timestamp: string;
}

async function signatureV4(request: SignableRequest, key: KeyV4): Promise<string> {
  const canonical = canonicalRequestV4({
    method: request.method,
    resource: request.resource,
    query: canonicalQueryV4(request.query),
    headers: lowerCase(request.headers).filter(([name]) => isSignedHeaderV4(name)),
    additionalHeaders: [],
  });
  const digest = await crypto.subtle.digest("SHA-256", binaryToBytes(canonical));
  const hash = bytesToHex(new Uint8Array(digest));
  return signTextV4(stringToSignV4(key.timestamp, key.scope, hash), key);
}

/** A V4 signature of a text: a request's string to sign, or a form's policy. */
export async function signTextV4(
  signed: string,
  { secret, scope }: Omit<KeyV4, "timestamp">,
): Promise<string> {
  let step = `aliyun_v4${utf8ToBinary(secret)}`;
  for (const part of scopeText(scope).split("/")) step = await hmac("SHA-256", step, part);
  return bytesToHex(binaryToBytes(await hmac("SHA-256", step, signed)));
}

function lowerCase(headers: SignableRequest["headers"]): (readonly [string, string])[] {
  return headers.map(([name, value]) => [name.toLowerCase(), value] as const);
}

/** The HMAC of a message. Key, message and result are binary strings. */
export async function hmac(
  hash: "SHA-1" | "SHA-256",
  key: string,
  message: string,
): Promise<string> {
  const imported = await crypto.subtle.importKey(
    "raw",
    binaryToBytes(key),
    { name: "HMAC", hash },
    false,
    ["sign"],
  );
  const signed = await crypto.subtle.sign("HMAC", imported, binaryToBytes(message));
  return bytesToBinary(new Uint8Array(signed));
}
