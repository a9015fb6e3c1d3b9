// Signature V3 of Alibaba Cloud's APIs, which the newer STS SDKs send: HMAC-SHA256 over a canonical
// request, in headers.
import { createHash, createHmac } from "node:crypto";
import { percentEncode, type QueryParameter } from "@ossicle/protocol";
import type { Accounts } from "../accounts/accounts.ts";
import type { AccessKey } from "../accounts/identity.ts";
import { sameSecret } from "../authenticate/same-secret.ts";
import type { RequestMessage } from "../http/message.ts";
import { findCaller, requireFresh, RpcError, signatureMismatch } from "./rpc.ts";

const algorithm = "ACS3-HMAC-SHA256";

const mustBeSigned = [
  "host",
  "x-acs-action",
  "x-acs-content-sha256",
  "x-acs-date",
  "x-acs-signature-nonce",
] as const;

/** Whether a request is signed V3. */
export function isAcs3({ headers }: Pick<RequestMessage, "headers">): boolean {
  return headers["authorization"]?.startsWith(`${algorithm} `) === true;
}

/** A request signed V3. */
export interface Acs3Request {
  readonly method: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Decoded. */
  readonly query: readonly QueryParameter[];
  readonly body: Uint8Array;
}

/** The Authorization header. Its groups: access key id, signed headers, signature. */
const authorization = new RegExp(
  [
    String.raw`^ACS3-HMAC-SHA256\s+Credential=([^,\s]+)`,
    String.raw`\s*SignedHeaders=([^,\s]+)`,
    String.raw`\s*Signature=([0-9a-fA-F]+)$`,
  ].join(","),
);

/** Verifies a request and returns the access key that signed it. Throws RpcError. */
export async function verifyAcs3(
  accounts: Accounts,
  request: Acs3Request,
  nowMs: number,
): Promise<AccessKey> {
  const { headers, body } = request;
  const parsed = authorization.exec(headers["authorization"] ?? "");
  if (parsed === null) {
    throw new RpcError(400, "IncompleteSignature", "The Authorization header is malformed.");
  }
  const [, accessKeyId = "", signedHeaders = "", provided = ""] = parsed;
  requireFresh(headers["x-acs-date"] ?? "", nowMs);
  const hash = createHash("sha256").update(body).digest("hex");
  if (headers["x-acs-content-sha256"] !== hash) {
    throw new RpcError(400, "InvalidContentSha256", "x-acs-content-sha256 is not the body's hash.");
  }
  // A header that is not signed could have been changed on the way.
  const names = signedHeaders.split(";");
  if (!names.every((name) => /^[a-z0-9-]+$/.test(name) && Object.hasOwn(headers, name))) {
    throw new RpcError(400, "IncompleteSignature", "A signed header is missing.");
  }
  const unsigned = mustBeSigned.find((name) => !names.includes(name));
  if (unsigned !== undefined) {
    throw new RpcError(400, "IncompleteSignature", `The header ${unsigned} must be signed.`);
  }
  const key = await findCaller(accounts, accessKeyId, headers["x-acs-security-token"]);
  const text = stringToSignAcs3(request, names);
  const expected = createHmac("sha256", key.accessKeySecret).update(text).digest("hex");
  if (sameSecret(expected, provided.toLowerCase())) return key;
  throw signatureMismatch(text);
}

/** The text that is signed. */
export function stringToSignAcs3(
  { method, headers, query }: Omit<Acs3Request, "body">,
  names: readonly string[],
): string {
  const sorted = query
    .map(({ name, value }) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  const canonical = [
    method,
    "/",
    sorted.join("&"),
    ...names.map((name) => `${name}:${(headers[name] ?? "").trim()}`),
    "",
    names.join(";"),
    headers["x-acs-content-sha256"] ?? "",
  ].join("\n");
  const hash = createHash("sha256").update(canonical, "latin1").digest("hex");
  return `${algorithm}\n${hash}`;
}
