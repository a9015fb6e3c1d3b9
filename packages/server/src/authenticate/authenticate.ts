// Stage 2: the sender of the request. Finds the signature scheme, verifies it, and picks the
// reading of the target that it covers.
import {
  algorithmV4,
  type QueryParameter,
  queryValue,
  type Reading,
  schemeV2,
} from "@ossicle/protocol";
import type { Accounts } from "../accounts/accounts.ts";
import type { Identity } from "../accounts/identity.ts";
import type { RequestMessage } from "../http/message.ts";
import type { RoutedRequest } from "../http/read-target.ts";
import { invalid } from "./errors.ts";
import { isSignedInUrl } from "./is-signed-in-url.ts";
import { identityOf } from "./identity.ts";
import type { AuthenticationContext, Verified } from "./verified.ts";
import { verifyHeaderV1, verifyUrlV1 } from "./verify-v1.ts";
import { verifyHeaderV2, verifyUrlV2 } from "./verify-v2.ts";
import { verifyHeaderV4, verifyUrlV4 } from "./verify-v4.ts";

/** The sender of a request, and the reading that the signature covers. */
export interface Authenticated {
  readonly identity: Identity;
  readonly reading: Reading;
}

/** What a signature is judged by. */
export interface AuthenticationOptions {
  readonly accounts: Accounts;
  /** The store's region, which scopes of V4 name. */
  readonly region: string;
  readonly nowMs: number;
}

/** Authenticates a request. Throws OSS's refusals. */
export async function authenticate(
  message: RequestMessage,
  { target, readings }: RoutedRequest,
  { accounts, region, nowMs }: AuthenticationOptions,
): Promise<Authenticated> {
  const [first, ...rest] = readings;
  const { query, rawQuery } = target;
  const { accessKeyId: claimed, token } = claimOf(message, query);
  const found = claimed === undefined ? undefined : accounts.find(claimed, token);
  const key = found instanceof Promise ? await found : found;
  const context: AuthenticationContext = {
    method: message.method,
    headers: message.headers,
    query,
    rawQuery,
    resources: [first.resource, ...rest.map(({ resource }) => resource)],
    findKey: (id) => (id === claimed ? key : undefined),
    region,
    nowMs,
  };
  const verified = verify(context);
  const identity = identityOf(verified?.key, { message, query, region, nowMs });
  return { identity, reading: readings[verified?.reading ?? 0]?.reading ?? first.reading };
}

/** The access key that a request claims to be signed with, and its token. */
export interface Claim {
  readonly accessKeyId: string | undefined;
  readonly token: string | undefined;
}

/**
 * What a request claims, in its headers or its query. Whether the rest of the signature is
 * well-formed is judged later.
 */
export function claimOf(
  { headers }: Pick<RequestMessage, "headers">,
  query: readonly QueryParameter[],
): Claim {
  const token =
    headers["x-oss-security-token"] ??
    headers["security-token"] ??
    queryValue(query, "security-token") ??
    queryValue(query, "x-oss-security-token");
  return { accessKeyId: claimedKeyId(headers, query), token };
}

function claimedKeyId(
  headers: RequestMessage["headers"],
  query: readonly QueryParameter[],
): string | undefined {
  const authorization = headers["authorization"];
  if (authorization !== undefined) {
    return /(?:\bCredential=|^OSS |^OSS2 .*\bAccessKeyId:)([^/:,]+)/.exec(authorization)?.[1];
  }
  const credential = queryValue(query, "x-oss-credential");
  return (
    credential?.split("/", 1)[0] ??
    queryValue(query, "x-oss-access-key-id") ??
    queryValue(query, "OSSAccessKeyId")
  );
}

function verify(context: AuthenticationContext): Verified | undefined {
  const authorization = context.headers["authorization"];
  const version = queryValue(context.query, "x-oss-signature-version");
  const inUrl = isSignedInUrl(context.query);
  if (authorization !== undefined && inUrl) {
    throw invalid("Only one auth mechanism is allowed.", {
      name: "Authorization",
      value: authorization,
    });
  }
  if (authorization !== undefined) {
    if (authorization.startsWith(`${algorithmV4} `)) return verifyHeaderV4(context, authorization);
    if (authorization.startsWith(`${schemeV2} `)) return verifyHeaderV2(context, authorization);
    return verifyHeaderV1(context, authorization);
  }
  if (version === algorithmV4) return verifyUrlV4(context);
  if (version === schemeV2) return verifyUrlV2(context);
  if (version !== undefined) {
    throw invalid("The signature version is invalid.", {
      name: "x-oss-signature-version",
      value: version,
    });
  }
  return inUrl ? verifyUrlV1(context) : undefined;
}
