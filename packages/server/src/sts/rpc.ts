// Requests of Alibaba Cloud's RPC form, as STS speaks it: parameters in query or form, signed as a
// whole with HMAC-SHA1.
import { createHmac } from "node:crypto";
import { OssError, stringToSignRpc } from "@ossicle/protocol";
import type { Accounts } from "../accounts/accounts.ts";
import type { AccessKey } from "../accounts/identity.ts";
import { sameSecret } from "../authenticate/same-secret.ts";

/**
 * Largest difference between a request's time and ours, in milliseconds (RPC documentation: 15
 * minutes).
 */
export const maxRpcSkewMs = 900_000;

/** A request's parameters, decoded. */
export type RpcParameters = ReadonlyMap<string, string>;

/** An error of the RPC form. */
export class RpcError extends Error {
  override readonly name: string = "RpcError";
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Verifies a request and returns the access key that signed it. Throws RpcError. */
export async function verifyRpc(
  accounts: Accounts,
  { method, parameters, nowMs }: { method: string; parameters: RpcParameters; nowMs: number },
): Promise<AccessKey> {
  const need = (name: string): string => {
    const value = parameters.get(name);
    if (value !== undefined && value !== "") return value;
    throw new RpcError(400, `Missing${name}`, `${name} is mandatory for this action.`);
  };
  const accessKeyId = need("AccessKeyId");
  const provided = need("Signature");
  if (need("SignatureMethod").toUpperCase() !== "HMAC-SHA1") {
    throw new RpcError(400, "InvalidSignatureMethod", "Only HMAC-SHA1 is supported.");
  }
  need("SignatureNonce");
  requireFresh(need("Timestamp"), nowMs);
  const key = await findCaller(accounts, accessKeyId, parameters.get("SecurityToken"));
  const text = stringToSignRpc(
    method,
    [...parameters].filter(([name]) => name !== "Signature"),
  );
  const expected = createHmac("sha1", `${key.accessKeySecret}&`).update(text).digest("base64");
  if (sameSecret(expected, provided)) return key;
  throw signatureMismatch(text);
}

/** 400 SignatureDoesNotMatch with the text that should have been signed. */
export function signatureMismatch(text: string): RpcError {
  return new RpcError(
    400,
    "SignatureDoesNotMatch",
    `Specified signature is not matched with our calculation. server string to sign is:${text}`,
  );
}

/** Throws RpcError for a time that cannot be read, or is too far from ours. */
export function requireFresh(timestamp: string, nowMs: number): void {
  const sentMs = Date.parse(timestamp);
  if (Number.isNaN(sentMs)) {
    throw new RpcError(
      400,
      "InvalidTimeStamp.Format",
      "Specified time stamp is not well formatted.",
    );
  }
  if (Math.abs(sentMs - nowMs) <= maxRpcSkewMs) return;
  throw new RpcError(
    400,
    "InvalidTimeStamp.Expired",
    "Specified time stamp or date value is expired.",
  );
}

/** Finds the access key of a request. Throws RpcError. */
export async function findCaller(
  accounts: Accounts,
  accessKeyId: string,
  token: string | undefined,
): Promise<AccessKey> {
  const key = await Promise.resolve(accounts.find(accessKeyId, token)).catch((cause: unknown) => {
    if (cause instanceof OssError) return undefined; // an invalid token
    throw cause;
  });
  if (key !== undefined) return key;
  throw new RpcError(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
}
