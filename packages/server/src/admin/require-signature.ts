// Finds the sender of an admin request, which has a V4 signature in its header. Browsers attach no
// credentials by themselves, so a page of another origin cannot send a signed request.
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import {
  adminResource,
  algorithmV4,
  type HostRules,
  OssError,
  parseTarget,
  percentDecode,
} from "@ossicle/protocol";
import type { Accounts } from "../accounts/accounts.ts";
import { belongsTo } from "../accounts/identity.ts";
import { authenticate } from "../authenticate/authenticate.ts";
import { plainHeaders } from "../http/listener.ts";
import type { RequestMessage } from "../http/message.ts";

/** What a signature is judged by. */
export interface AdminKeys {
  readonly accounts: Accounts;
  /** The store's region, which scopes of V4 name. */
  readonly region: string;
}

/** The sender of an admin request. */
export interface AdminSender {
  readonly accessKeyId: string;
  readonly isTemporary: boolean;
}

const onlyV4 = "The admin listener takes only V4 signatures in the Authorization header.";

// The path alone names what is asked for.
const hosts: HostRules = { baseDomains: [], customDomains: new Map() };

/**
 * Throws OSS's refusals of a signature, and AccessDenied without one. A temporary key with a policy
 * and the key of a user get AccessDenied too: policies cannot name what the admin listener does. So
 * do keys of accounts other than the store's own.
 */
export async function requireSignature(
  { accounts, region }: AdminKeys,
  request: IncomingMessage,
  nowMs: number,
): Promise<AdminSender> {
  const message = asMessage(request);
  // V1 does not cover the query, and a signature in a URL can be valid for years.
  const isSigned = message.headers["authorization"]?.startsWith(`${algorithmV4} `) === true;
  if (!isSigned) throw refused(onlyV4);
  const target = parseTarget(message.target, "", hosts);
  const resource = adminResource(percentDecode(target.rawPath));
  const readings = [{ reading: target.readings[0], resource }] as const;
  const options = { accounts, region, nowMs };
  const { identity } = await authenticate(message, { target, readings }, options);
  if (identity.kind !== "account") throw refused(onlyV4);
  if (!belongsTo(identity, accounts.owner.id)) {
    throw refused("Only the store's own account may use the admin listener.");
  }
  if (identity.user !== undefined) {
    throw refused("The key of a user may not use the admin listener.");
  }
  if (identity.session?.policy !== undefined) {
    throw refused("A temporary key with a policy may not use the admin listener.");
  }
  return { accessKeyId: identity.accessKeyId, isTemporary: identity.session !== undefined };
}

function refused(message: string): OssError<"AccessDenied"> {
  return new OssError("AccessDenied", {}, { message });
}

// The answer depends on method and target only, so the body is not read.
function asMessage(request: IncomingMessage): RequestMessage {
  return {
    method: request.method ?? "GET",
    target: request.url ?? "/",
    headers: plainHeaders(request),
    body: { lengthBytes: 0, chunks: Readable.from([]) },
    clientIp: request.socket.remoteAddress ?? "",
  };
}
