// The account of a request that only accounts may send.
import { OssError } from "@ossicle/protocol";
import type { Identity } from "../accounts/identity.ts";
import type { AccountRecord } from "../objects/records/server-records.ts";

/** The sender's account. Throws AccessDenied for an anonymous sender. */
export function callerOf(identity: Identity): AccountRecord {
  if (identity.kind === "account") return identity.account;
  const message = "Anonymous access is forbidden for this operation.";
  throw new OssError("AccessDenied", {}, { message, ec: "0003-00000002" });
}
