// Tokens of temporary keys: sealed, they hold the key's secret, its end and its policy, so nothing
// is stored for them.
import { randomBytes } from "node:crypto";
import { OssError, parsePolicy, type Policy, PolicyError } from "@ossicle/protocol";
import { type Session, temporaryPrefix } from "./identity.ts";
import type { SecretBox } from "./secret-box.ts";

/** The content of a token. */
interface TokenContent {
  readonly id: string;
  readonly secret: string;
  /** Access key id that asked for it. */
  readonly parent: string;
  readonly arn: string;
  readonly endsMs: number;
  /** JSON of the session policy. */
  readonly policy?: string;
}

/** A temporary key as its caller gets it. */
export interface TemporaryKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
}

/** What a temporary key is made from. */
export interface TemporaryKeyOptions {
  readonly parent: string;
  readonly arn: string;
  readonly endsMs: number;
  readonly policy: string | undefined;
}

const purpose = "session token";

/** Makes a temporary key. */
export function issueTemporaryKey(
  box: SecretBox,
  { parent, arn, endsMs, policy }: TemporaryKeyOptions,
): TemporaryKey {
  const id = `${temporaryPrefix}${randomBytes(15).toString("base64url")}`;
  const secret = randomBytes(30).toString("base64url");
  const content: TokenContent = {
    id,
    secret,
    parent,
    arn,
    endsMs,
    ...(policy === undefined ? {} : { policy }),
  };
  return {
    accessKeyId: id,
    accessKeySecret: secret,
    securityToken: box.seal(JSON.stringify(content), purpose),
  };
}

/** What a token gives. */
export interface OpenedToken {
  readonly accessKeySecret: string;
  readonly parent: string;
  readonly session: Session;
}

/**
 * Opens a token. Throws InvalidSecurityToken, AccessKeyIdAndSecurityTokenNotMatch,
 * SecurityTokenExpired.
 */
export function openToken(
  box: SecretBox,
  claim: { readonly token: string; readonly accessKeyId: string; readonly nowMs: number },
): OpenedToken {
  const text = box.open(claim.token, purpose);
  if (text === undefined) throw new OssError("InvalidSecurityToken");
  const content = JSON.parse(text) as TokenContent; // sealed by this store
  if (content.id !== claim.accessKeyId) throw new OssError("AccessKeyIdAndSecurityTokenNotMatch");
  if (claim.nowMs >= content.endsMs) throw new OssError("SecurityTokenExpired");
  const policy = content.policy === undefined ? undefined : sessionPolicy(content.policy);
  return {
    accessKeySecret: content.secret,
    parent: content.parent,
    session: { arn: content.arn, policy },
  };
}

// A token of an earlier version may have a policy that is refused today.
function sessionPolicy(text: string): Policy {
  try {
    return parsePolicy(text);
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    throw new OssError("InvalidSecurityToken", {}, { cause });
  }
}
