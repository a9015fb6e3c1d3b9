// The sender of a request: an access key with its account, or an anonymous client.
import type { Policy } from "@ossicle/protocol";
import type { AccountRecord } from "../objects/records/server-records.ts";

/** What a temporary key may do. */
export interface Session {
  /** `acs:ram::uid:role/name/session`. */
  readonly arn: string;
  /** Narrows what the role may do; undefined allows all of it. */
  readonly policy: Policy | undefined;
}

/** The facts of a request that the conditions of a session's policy test. */
export interface RequestFacts {
  /** The region that resources are named with. */
  readonly region: string;
  /** By condition key. */
  readonly conditions: Readonly<Record<string, string | undefined>>;
}

/** A key that signs. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly account: AccountRecord;
  readonly session?: Session;
}

/** The sender of a request. */
export type Identity =
  | {
      readonly kind: "account";
      readonly account: AccountRecord;
      readonly accessKeyId: string;
      readonly session?: Session & { readonly facts: RequestFacts };
    }
  | { readonly kind: "anonymous" };

/** Beginning of every temporary access key id. */
export const temporaryPrefix = "STS.";
