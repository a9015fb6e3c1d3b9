// Access keys beside the store's own: added, listed and revoked in the data folder, whether or not
// a server runs on it.
import { randomBytes } from "node:crypto";
import type { Credentials } from "@ossicle/protocol";
import type { Check, MetadataStore } from "@ossicle/store";
import { commitOnce } from "../objects/records/commit.ts";
import { entriesOf } from "../objects/records/entries-of.ts";
import { openMetadata } from "../data-folder/open-metadata.ts";
import type { StorePlace } from "../data-folder/layout.ts";
import { accessKeyPurpose, loadSecretBox, type SecretBox } from "./secret-box.ts";
import { missing, OperatorError } from "./change-principal.ts";
import { requireAccount } from "./principals.ts";
import { accessKeyRecords, principalRecords } from "../objects/records/key-space.ts";
import type { AccessKeyRecord } from "../objects/records/server-records.ts";

/** A key, without its secret. */
export interface ListedAccessKey {
  readonly accessKeyId: string;
  readonly createdMs: number;
  readonly note: string;
  /** The name of the user that it belongs to; absent for a key of an account. */
  readonly user?: string;
  /** The name of the account that it belongs to; absent for the store's own. */
  readonly account?: string;
}

/** What a new key is for. */
export interface NewAccessKey {
  readonly note: string;
  /** The name of the user that gets it; the account when absent. */
  readonly user?: string | undefined;
  /** The name of the account that gets it; the store's own, or that of the user, when absent. */
  readonly account?: string | undefined;
}

/**
 * Adds a key and returns it; its secret cannot be read again. Throws OperatorError when there is
 * no such user or account, or the user is of another account.
 */
export async function addAccessKey(
  metadata: MetadataStore,
  box: SecretBox,
  { nowMs, note, ...names }: NewAccessKey & { readonly nowMs: number },
): Promise<Credentials> {
  const accessKeyId = `OSSICLE${randomBytes(9).toString("hex").toUpperCase()}`;
  const accessKeySecret = randomBytes(30).toString("base64url");
  const key = accessKeyRecords.key(accessKeyId);
  const { checks, ...owner } = await requireOwner(metadata, names);
  const record: AccessKeyRecord = {
    secret: box.seal(accessKeySecret, accessKeyPurpose(accessKeyId, owner)),
    createdMs: nowMs,
    note,
    ...owner,
  };
  const committed = await commitOnce(metadata, {
    checks: [{ key, version: "absent" }, ...checks],
    puts: [{ key, value: accessKeyRecords.encode(record) }],
    deletes: [],
  });
  if (!committed.ok) throw new Error(`the access key id ${accessKeyId} is taken; try again`);
  return { accessKeyId, accessKeySecret };
}

async function requireOwner(
  metadata: MetadataStore,
  { user: name, account: accountName }: Pick<NewAccessKey, "user" | "account">,
): Promise<Pick<AccessKeyRecord, "user" | "account"> & { readonly checks: readonly Check[] }> {
  const found = accountName === undefined ? undefined : await requireAccount(metadata, accountName);
  const ofAccount = found === undefined ? {} : { account: found.account };
  const checks = found === undefined ? [] : [found.check];
  if (name === undefined) return { ...ofAccount, checks };
  const key = principalRecords.key("user", name);
  const [entry] = await metadata.getMany([key]);
  if (entry === undefined) throw missing({ kind: "user", name });
  const { id, account } = principalRecords.decode(entry.value);
  if (found !== undefined && account?.id !== found.account.id) {
    throw new OperatorError(`user ${name} belongs to another account than ${accountName}`);
  }
  const isOf = account === undefined ? {} : { account };
  return { user: { name, id }, ...isOf, checks: [...checks, { key, version: entry.version }] };
}

/** Lists the keys that were added. */
export async function listAccessKeys(metadata: MetadataStore): Promise<readonly ListedAccessKey[]> {
  const found: ListedAccessKey[] = [];
  for await (const { key, value } of entriesOf(metadata, accessKeyRecords.range())) {
    const [accessKeyId] = accessKeyRecords.partsOf(key);
    const { createdMs, note, user, account } = accessKeyRecords.decode(value);
    found.push({
      accessKeyId,
      createdMs,
      note,
      ...(user === undefined ? {} : { user: user.name }),
      ...(account === undefined ? {} : { account: account.name }),
    });
  }
  return found;
}

/**
 * Revokes a key; it, and the temporary keys made with it, stop working at once. False when there is
 * none.
 */
export async function revokeAccessKey(
  metadata: MetadataStore,
  accessKeyId: string,
): Promise<boolean> {
  const key = accessKeyRecords.key(accessKeyId);
  const [entry] = await metadata.getMany([key]);
  if (entry === undefined) return false;
  await commitOnce(metadata, {
    checks: [{ key, version: entry.version }],
    puts: [],
    deletes: [key],
  });
  return true;
}

/** The keys of a store. */
export interface AccessKeys {
  readonly add: (key: NewAccessKey) => Promise<Credentials>;
  readonly list: () => Promise<readonly ListedAccessKey[]>;
  readonly revoke: (accessKeyId: string) => Promise<boolean>;
}

/** The keys in a database. */
export function accessKeysOf(
  metadata: MetadataStore,
  box: SecretBox,
  clock: () => number,
): AccessKeys {
  return {
    add: (key) => addAccessKey(metadata, box, { ...key, nowMs: clock() }),
    list: () => listAccessKeys(metadata),
    revoke: (accessKeyId) => revokeAccessKey(metadata, accessKeyId),
  };
}

/** The keys of a store that this process does not serve itself. */
export interface OpenedAccessKeys extends AccessKeys {
  readonly close: () => Promise<void>;
}

/**
 * Opens the keys of a store. Throws ConfigurationError when the place holds none.
 */
export async function openAccessKeys(
  place: StorePlace,
  clock: () => number = Date.now,
): Promise<OpenedAccessKeys> {
  const metadata = await openMetadata(place);
  const box = await loadSecretBox(place, metadata);
  return { ...accessKeysOf(metadata, box, clock), close: () => metadata.close() };
}
