// Accounts and their access keys. One account owns the store; its key comes from the environment, or is made once.
import type { Credentials } from "@ossicle/protocol";
import type { AccountRecord } from "../objects/records.ts";

/** Who a signature belongs to. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly account: AccountRecord;
}

/** Who is calling. */
export type Identity =
  | { readonly kind: "account"; readonly account: AccountRecord; readonly accessKeyId: string }
  | { readonly kind: "anonymous" };

/** Knows the access keys. */
export interface Accounts {
  /** The account that owns every bucket. */
  readonly owner: AccountRecord;
  readonly find: (accessKeyId: string) => AccessKey | undefined;
}

/** Accounts with one owner and one access key. */
export function singleAccount(owner: AccountRecord, credentials: Credentials): Accounts {
  const key: AccessKey = {
    accessKeyId: credentials.accessKeyId,
    accessKeySecret: credentials.accessKeySecret,
    account: owner,
  };
  return { owner, find: (id) => (id === key.accessKeyId ? key : undefined) };
}
