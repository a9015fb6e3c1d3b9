// The identity of a key's owner, with the facts of the request that a session's policy may test.
import { binaryToText, type QueryParameter, queryValue } from "@ossicle/protocol";
import type { AccessKey, Identity } from "../accounts/identity.ts";
import type { RequestMessage } from "../http/message.ts";

/** A request as policies see it. */
export interface AskedBy {
  readonly message: RequestMessage;
  readonly query: readonly QueryParameter[];
  readonly region: string;
  readonly nowMs: number;
}

/** The identity behind a key. */
export function identityOf(
  { account, accessKeyId, session }: AccessKey,
  { message, query, region, nowMs }: AskedBy,
): Identity {
  if (session === undefined) return { kind: "account", account, accessKeyId };
  const parameter = (name: string): string | undefined => {
    const value = queryValue(query, name);
    return value === undefined ? undefined : binaryToText(value);
  };
  // Condition keys of RAM and OSS (OSS documentation, RAM policy conditions).
  const conditions = {
    "acs:SourceIp": message.clientIp,
    "acs:UserAgent": message.headers["user-agent"],
    "acs:CurrentTime": new Date(nowMs).toISOString(),
    "acs:SecureTransport": String(message.secure === true),
    "oss:Prefix": parameter("prefix") ?? "",
    "oss:Delimiter": parameter("delimiter") ?? "",
  };
  return {
    kind: "account",
    account,
    accessKeyId,
    session: { ...session, facts: { region, conditions } },
  };
}
