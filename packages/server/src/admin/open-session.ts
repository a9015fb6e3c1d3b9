// `POST /session`: signing in to the console. The request is signed with an access key, and is
// answered with a temporary one, so that the browser need not keep the first.
import { OssError } from "@ossicle/protocol";
import { issueTemporaryKey } from "../accounts/session-token.ts";
import type { AdminKeys, AdminSender } from "./require-signature.ts";

/** How long a session lasts, in seconds. The limit is ours: a working day. */
export const sessionSeconds = 43_200;

/** A session of the console. */
export interface AdminSession {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  /** Milliseconds since 1970. */
  readonly endsMs: number;
}

/** Opens a session. Throws AccessDenied when the request was signed with a temporary key. */
export function openSession(
  { accounts }: Pick<AdminKeys, "accounts">,
  { accessKeyId, isTemporary }: AdminSender,
  nowMs: number,
): AdminSession {
  if (isTemporary) {
    const message = "A temporary key opens no session.";
    throw new OssError("AccessDenied", {}, { message });
  }
  const endsMs = nowMs + sessionSeconds * 1_000;
  const arn = `acs:ram::${accounts.owner.id}:role/console/${accessKeyId}`;
  const key = issueTemporaryKey(accounts.box, {
    parent: accessKeyId,
    arn,
    endsMs,
    policy: undefined,
  });
  return { ...key, endsMs };
}
