// The sender of a request: an access key with its account, or an anonymous client.
import type { Policy } from "@ossicle/protocol";
import type { RequestMessage } from "../http/message.ts";
import type { AccountRecord } from "../objects/records/server-records.ts";

/** What a temporary key may do. */
export interface Session {
  /** `acs:ram::uid:role/name/session`. */
  readonly arn: string;
  /** Narrows what the role may do; undefined allows all of it. */
  readonly policy: Policy | undefined;
}

/** A policy with the name under which its user or group has it. */
export interface NamedPolicy {
  readonly name: string;
  readonly policy: Policy;
}

/** A user of an account, which may do only what policies and ACLs allow. */
export interface User {
  readonly name: string;
  /** What bucket policies call the user: 18 digits. */
  readonly id: string;
  /** The user's own policies, and those of its groups. */
  readonly policies: readonly NamedPolicy[];
}

/** The facts of a request that the conditions of policies test. */
export interface RequestFacts {
  /** The region that resources are named with. */
  readonly region: string;
  /** A fact by condition key in lower case. */
  readonly condition: (key: string) => string | undefined;
  /** Whether the sender agrees to pay (`x-oss-request-payer: requester`). */
  readonly agreesToPay: boolean;
  readonly isSignedInUrl: boolean;
  /** The TLS connection that ends here; undefined without one. */
  readonly tls?: RequestMessage["tls"];
}

/** An account. */
export interface Account extends AccountRecord {
  /** What the operator calls it; absent for the store's own. */
  readonly name?: string;
}

/** A key that signs. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly account: Account;
  readonly session?: Session;
  /** The user that owns the key, or whose key has made the temporary key. */
  readonly user?: User;
}

/** The sender of a request. */
export type Sender =
  | {
      readonly kind: "account";
      readonly account: Account;
      readonly accessKeyId: string;
      readonly session?: Session;
      /** Absent for keys of the account itself. */
      readonly user?: User;
    }
  | { readonly kind: "anonymous" };

/** The sender of a request, with the facts that decide what it may do. */
export type Identity = Sender & { readonly facts: RequestFacts };

/** Whether the sender belongs to an account, as a user or as the account itself. */
export function belongsTo(sender: Sender, accountId: string): boolean {
  return sender.kind === "account" && sender.account.id === accountId;
}

/** Whether an account itself sends, also by a temporary key, and not one of its users. */
export function isNotUser(sender: Sender): boolean {
  return sender.kind === "account" && sender.user === undefined;
}

/** Whether the account of this id itself sends, also by a temporary key. */
export function isAccountItself(sender: Sender, accountId: string): boolean {
  return isNotUser(sender) && belongsTo(sender, accountId);
}

/** Whether only the policies of buckets can limit a key: not a user's, nor a session's. */
export function isUnlimited({ user, session }: Pick<AccessKey, "user" | "session">): boolean {
  return user === undefined && session?.policy === undefined;
}

/** Whether a permanent key of the account of this id itself sends. */
export function isPermanentKeyOf(sender: Sender, accountId: string): boolean {
  return (
    isAccountItself(sender, accountId) && sender.kind === "account" && sender.session === undefined
  );
}

/** Beginning of every temporary access key id. */
export const temporaryPrefix = "STS.";
