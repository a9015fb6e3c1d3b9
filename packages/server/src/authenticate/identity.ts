// The identity of a key's owner, with the facts of the request that policies may test.
import { binaryToText, type QueryParameter, queryValue } from "@ossicle/protocol";
import type { AccessKey, Identity, RequestFacts } from "../accounts/identity.ts";
import { isSignedInUrl } from "./is-signed-in-url.ts";
import type { RequestMessage } from "../http/message.ts";

/** A request as policies see it. */
export interface AskedBy {
  readonly message: RequestMessage;
  readonly query: readonly QueryParameter[];
  readonly region: string;
  readonly nowMs: number;
}

/** The identity behind a key; without a key, that of an anonymous client. */
export function identityOf(key: AccessKey | undefined, asked: AskedBy): Identity {
  const facts = factsOf(asked, key?.accessKeyId);
  if (key === undefined) return { kind: "anonymous", facts };
  const { account, accessKeyId, session, user } = key;
  return {
    kind: "account",
    account,
    accessKeyId,
    ...(session === undefined ? {} : { session }),
    ...(user === undefined ? {} : { user }),
    facts,
  };
}

// Condition keys of RAM and OSS (OSS documentation, authorization syntax and elements). A private
// store has no VPC, so `acs:SourceVpc` is absent.
function factsOf(
  { message, query, region, nowMs }: AskedBy,
  accessKeyId: string | undefined,
): RequestFacts {
  const parameter = (name: string): string | undefined => {
    const value = queryValue(query, name);
    return value === undefined ? undefined : binaryToText(value);
  };
  const condition = (key: string): string | undefined => {
    switch (key) {
      case "acs:sourceip":
        return message.clientIp;
      case "acs:useragent":
        return message.headers["user-agent"];
      case "acs:currenttime":
        return new Date(nowMs).toISOString();
      case "acs:securetransport":
        return String(message.secure === true);
      case "acs:accessid":
        return accessKeyId;
      case "oss:prefix":
        return parameter("prefix");
      case "oss:delimiter":
        return parameter("delimiter");
      case "oss:x-oss-acl":
        return message.headers["x-oss-acl"];
      case "oss:x-oss-object-acl":
        return message.headers["x-oss-object-acl"];
      default:
        return undefined;
    }
  };
  const payer = message.headers["x-oss-request-payer"] ?? parameter("x-oss-request-payer");
  const agreesToPay = payer?.toLowerCase() === "requester";
  const tls = message.tls === undefined ? {} : { tls: message.tls };
  return { region, condition, agreesToPay, isSignedInUrl: isSignedInUrl(query), ...tls };
}
