// AssumeRole: a temporary key with the rights of the account, or of the user whose key requested
// it, narrowed by the session's policy. The store keeps no roles, so it checks only the form of a
// role's ARN: SDKs cannot send the request without one.
import { decide, parsePolicy, PolicyError } from "@ossicle/protocol";
import type { AccessKey, RequestFacts } from "../accounts/identity.ts";
import type { SecretBox } from "../accounts/secret-box.ts";
import { issueTemporaryKey } from "../accounts/session-token.ts";
import { RpcError, type RpcParameters } from "./rpc.ts";

/** Longest session policy in characters (STS documentation, AssumeRole). */
export const maxSessionPolicyLength = 2_048;

/** How long a temporary key may be valid, in seconds (STS documentation, AssumeRole). */
export const minDurationSeconds = 900;
export const maxDurationSeconds = 43_200;
const defaultDurationSeconds = 3_600;

/** What AssumeRole answers. */
export interface AssumedRole {
  readonly AssumedRoleUser: { readonly Arn: string; readonly AssumedRoleId: string };
  readonly Credentials: {
    readonly AccessKeyId: string;
    readonly AccessKeySecret: string;
    readonly SecurityToken: string;
    readonly Expiration: string;
  };
}

/** A request for a temporary key. */
export interface RoleRequest {
  readonly caller: AccessKey;
  readonly parameters: RpcParameters;
  /** Of the request, for the conditions of the caller's policies. */
  readonly facts: RequestFacts;
  readonly nowMs: number;
}

/** Assumes a role. Throws RpcError. */
export function assumeRole(
  box: SecretBox,
  { caller, parameters, facts, nowMs }: RoleRequest,
): AssumedRole {
  if (caller.session !== undefined) throw notAuthorized();
  const role = readRole(parameters.get("RoleArn") ?? "");
  requireOwnRole(caller, role);
  requireAllowed(caller, role, facts);
  const session = parameters.get("RoleSessionName") ?? "";
  if (!/^[\w.@-]{2,64}$/.test(session)) {
    throw invalid("RoleSessionName", "The parameter RoleSessionName is wrongly formed.");
  }
  const seconds = readDuration(parameters.get("DurationSeconds"));
  const policy = readPolicy(parameters.get("Policy"));
  const endsMs = nowMs + seconds * 1_000;
  const arn = `acs:ram::${role.account}:role/${role.name}/${session}`;
  const parent = caller.accessKeyId;
  const key = issueTemporaryKey(box, { parent, arn, endsMs, policy });
  return {
    AssumedRoleUser: { Arn: arn, AssumedRoleId: `${role.account}:${session}` },
    Credentials: {
      AccessKeyId: key.accessKeyId,
      AccessKeySecret: key.accessKeySecret,
      SecurityToken: key.securityToken,
      Expiration: `${new Date(endsMs).toISOString().slice(0, 19)}Z`,
    },
  };
}

function notAuthorized(): RpcError {
  const message = "You are not authorized to do this action. You should be authorized by RAM.";
  return new RpcError(403, "NoPermission", message);
}

// Bucket policies name a role by its account, so that no account may assume a role of another one.
// The store's own account may: its applications are tested with the ARNs of their real roles.
function requireOwnRole({ account }: AccessKey, role: { readonly account: string }): void {
  if (account.name !== undefined && role.account !== account.id) throw notAuthorized();
}

// A user needs a policy that allows sts:AssumeRole (STS documentation, AssumeRole). The temporary
// key has the rights of its user, and those that a bucket policy gives to the role.
function requireAllowed(
  { user, account }: AccessKey,
  role: { readonly account: string; readonly name: string },
  { condition }: RequestFacts,
): void {
  if (user === undefined) return;
  if (role.account !== account.id) throw notAuthorized();
  const policies = user.policies.map(({ policy }) => policy);
  const resource = `acs:ram::${role.account}:role/${role.name}`;
  const fact = (key: string): string | undefined => condition(key.toLowerCase());
  const decision = decide(policies, { action: "sts:AssumeRole", resource, fact });
  if (decision?.effect !== "Allow") throw notAuthorized();
}

function readRole(arn: string): { account: string; name: string } {
  const [, account, name] = /^acs:ram::(\d{1,32}):role\/([\w.-]{1,64})$/i.exec(arn) ?? [];
  if (account === undefined || name === undefined) {
    throw invalid("RoleArn", "The parameter RoleArn is wrongly formed.");
  }
  return { account, name };
}

function readDuration(text: string | undefined): number {
  if (text === undefined || text === "") return defaultDurationSeconds;
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (seconds >= minDurationSeconds && seconds <= maxDurationSeconds) return seconds;
  throw invalid(
    "DurationSeconds",
    `The Min/Max value of DurationSeconds is ${minDurationSeconds}/${maxDurationSeconds}.`,
  );
}

function readPolicy(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  if (text.length > maxSessionPolicyLength) {
    throw invalid("PolicySize", `The size of Policy must be at most ${maxSessionPolicyLength}.`);
  }
  try {
    parsePolicy(text);
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    throw invalid(
      "PolicyGrammar",
      `The parameter Policy has not passed grammar check: ${cause.message}.`,
    );
  }
  return text;
}

function invalid(parameter: string, message: string): RpcError {
  return new RpcError(400, `InvalidParameter.${parameter}`, message);
}
