// The access keys over HTTP: listed, added and revoked; and temporary ones.
import { OssError, parsePolicy, PolicyError } from "@ossicle/protocol";
import type { AccessKeys } from "../accounts/access-keys.ts";
import { OperatorError } from "../accounts/change-principal.ts";
import { issueTemporaryKey } from "../accounts/session-token.ts";
import {
  maxDurationSeconds,
  maxSessionPolicyLength,
  minDurationSeconds,
} from "../sts/assume-role.ts";
import { type AdminAsked, type AdminRoutes, type JsonAnswer, problem } from "./admin-api.ts";
import type { AdminSession } from "./open-session.ts";
import type { AdminKeys, AdminSender } from "./require-signature.ts";

/** Longest note, in characters. The limit is ours. */
export const maxNoteLength = 200;

type KeyRoute = "GET /keys" | "POST /keys" | "POST /keys/temporary" | "POST /keys/:id/revoke";

/** The routes below `/keys`. */
export function keyRoutes(
  keys: AccessKeys,
  accounts: AdminKeys["accounts"],
): AdminRoutes<KeyRoute> {
  return {
    "POST /keys/temporary": async (asked) => {
      refuseTemporary(asked.sender);
      return temporaryKey(accounts, asked);
    },
    "GET /keys": async () => ({ status: 200, value: { keys: await keys.list() } }),
    "POST /keys": async ({ sender, parameters }) => {
      refuseTemporary(sender);
      const note = parameters.get("note") ?? "";
      if (note.length > maxNoteLength) {
        return problem(400, `note has at most ${maxNoteLength} characters`);
      }
      const user = parameters.get("user") || undefined;
      const account = parameters.get("account") || undefined;
      try {
        return { status: 201, value: await keys.add({ note, user, account }) };
      } catch (cause) {
        if (cause instanceof OperatorError) return problem(400, cause.message);
        throw cause;
      }
    },
    "POST /keys/:id/revoke": async ({ sender, id }) => {
      refuseTemporary(sender);
      return (await keys.revoke(id))
        ? { status: 200, value: { accessKeyId: id } }
        : problem(404, `no key ${id} was added`);
    },
  };
}

// The limits are those of AssumeRole.
function temporaryKey(
  { box, owner }: AdminKeys["accounts"],
  { parameters, sender: { accessKeyId: parent }, nowMs }: AdminAsked,
): JsonAnswer<AdminSession> {
  const seconds = Number(parameters.get("seconds") ?? minDurationSeconds);
  if (!Number.isInteger(seconds) || seconds < minDurationSeconds || seconds > maxDurationSeconds) {
    return problem(
      400,
      `seconds is a whole number from ${minDurationSeconds} to ${maxDurationSeconds}`,
    );
  }
  const policy = parameters.get("policy") || undefined;
  const wrong = policy === undefined ? undefined : policyProblem(policy);
  if (wrong !== undefined) return problem(400, `policy: ${wrong}`);
  const endsMs = nowMs + seconds * 1_000;
  const arn = `acs:ram::${owner.id}:role/admin/${parent}`;
  return {
    status: 201,
    value: { ...issueTemporaryKey(box, { parent, arn, endsMs, policy }), endsMs },
  };
}

function policyProblem(policy: string): string | undefined {
  if (policy.length > maxSessionPolicyLength) {
    return `it has at most ${maxSessionPolicyLength} characters`;
  }
  try {
    parsePolicy(policy);
    return undefined;
  } catch (cause) {
    if (cause instanceof PolicyError) return cause.message;
    throw cause;
  }
}

/** Throws AccessDenied for a temporary key: what it adds would outlive it. */
export function refuseTemporary({ isTemporary }: AdminSender): void {
  if (!isTemporary) return;
  const message = "A temporary key may not change access keys, accounts, users and groups.";
  throw new OssError("AccessDenied", {}, { message });
}
