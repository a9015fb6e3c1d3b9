// Stage 2: who is calling. Finds the signature scheme, verifies it, and picks the reading of the target that it covers.
import {
  algorithmV4,
  OssError,
  type QueryParameter,
  queryValue,
  type Reading,
} from "@ossicle/protocol";
import type { AccessKey, Accounts, Identity } from "../../accounts/accounts.ts";
import type { Services } from "../../services.ts";
import type { RequestMessage } from "../message.ts";
import type { RoutedRequest } from "../route.ts";
import { invalid } from "./errors.ts";
import { verifyHeaderV1, verifyUrlV1 } from "./verify-v1.ts";
import { verifyHeaderV4, verifyUrlV4 } from "./verify-v4.ts";

/** What verification needs to know. */
export interface AuthenticationContext {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: readonly QueryParameter[];
  readonly rawQuery: string;
  /** The resource of each reading, likeliest first. */
  readonly resources: readonly [string, ...string[]];
  readonly accounts: Accounts;
  readonly region: string;
  readonly nowMs: number;
}

/** A signature that holds. */
export interface Verified {
  readonly key: AccessKey;
  /** Index of the reading whose resource was signed. */
  readonly reading: number;
}

/** Who is calling, and what they meant. */
export interface Authenticated {
  readonly identity: Identity;
  readonly reading: Reading;
}

/** Authenticates a request. Throws OSS's refusals. */
export function authenticate(
  message: RequestMessage,
  { target, readings }: RoutedRequest,
  services: Pick<Services, "accounts" | "region"> & { readonly nowMs: number },
): Authenticated {
  const [first, ...rest] = readings;
  const context: AuthenticationContext = {
    method: message.method,
    headers: message.headers,
    query: target.query,
    rawQuery: target.rawQuery,
    resources: [first.resource, ...rest.map(({ resource }) => resource)],
    accounts: services.accounts,
    region: services.region,
    nowMs: services.nowMs,
  };
  const verified = verify(context);
  if (verified === undefined) return { identity: { kind: "anonymous" }, reading: first.reading };
  refuseToken(context);
  const { account, accessKeyId } = verified.key;
  const reading = readings[verified.reading]?.reading ?? first.reading;
  return { identity: { kind: "account", account, accessKeyId }, reading };
}

function verify(context: AuthenticationContext): Verified | undefined {
  const authorization = context.headers["authorization"];
  const version = queryValue(context.query, "x-oss-signature-version");
  const inUrl =
    version !== undefined ||
    queryValue(context.query, "OSSAccessKeyId") !== undefined ||
    queryValue(context.query, "Signature") !== undefined;
  if (authorization !== undefined && inUrl) {
    throw invalid("Only one auth mechanism is allowed.", {
      name: "Authorization",
      value: authorization,
    });
  }
  if (authorization !== undefined) {
    if (authorization.startsWith(`${algorithmV4} `)) return verifyHeaderV4(context, authorization);
    if (authorization.startsWith("OSS2 ")) throw versionTwo();
    return verifyHeaderV1(context, authorization);
  }
  if (version === algorithmV4) return verifyUrlV4(context);
  if (version === "OSS2") throw versionTwo();
  if (version !== undefined) {
    throw invalid("The signature version is invalid.", {
      name: "x-oss-signature-version",
      value: version,
    });
  }
  return inUrl ? verifyUrlV1(context) : undefined;
}

// V2 is legacy; no current SDK uses it unless told to.
function versionTwo(): OssError<"NotImplemented"> {
  return new OssError(
    "NotImplemented",
    { Header: "Authorization" },
    { message: "Signature V2 is not implemented." },
  );
}

// Temporary credentials do not exist yet, so no token can be valid.
function refuseToken({ headers, query }: AuthenticationContext): void {
  const token =
    headers["x-oss-security-token"] ??
    headers["security-token"] ??
    queryValue(query, "security-token") ??
    queryValue(query, "x-oss-security-token");
  if (token !== undefined) throw new OssError("InvalidSecurityToken");
}
