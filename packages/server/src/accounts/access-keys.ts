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
import { OperatorError } from "./principals.ts";
import { accessKeyRecords, principalRecords } from "../objects/records/key-space.ts";
import type { AccessKeyRecord } from "../objects/records/server-records.ts";

/** A key, without its secret. */
export interface ListedAccessKey {
  readonly accessKeyId: string;
  readonly createdMs: number;
  readonly note: string;
  /** The name of the user that it belongs to; absent for a key of the account. */
  readonly user?: string;
}

/** What a new key is for. */
export interface NewAccessKey {
  readonly note: string;
  /** The name of the user that gets it; the account when absent. */
  readonly user?: string | undefined;
}

/**
 * Adds a key and returns it; its secret cannot be read again. Throws OperatorError when there is
 * no such user.
 */
export async function addAccessKey(
  metadata: MetadataStore,
  box: SecretBox,
  { nowMs, note, user: name }: NewAccessKey & { readonly nowMs: number },
): Promise<Credentials> {
  const accessKeyId = `OSSICLE${randomBytes(9).toString("hex").toUpperCase()}`;
  const accessKeySecret = randomBytes(30).toString("base64url");
  const key = accessKeyRecords.key(accessKeyId);
  const owner = name === undefined ? undefined : await requireUser(metadata, name);
  const record: AccessKeyRecord = {
    secret: box.seal(accessKeySecret, accessKeyPurpose(accessKeyId, owner?.user)),
    createdMs: nowMs,
    note,
    ...(owner === undefined ? {} : { user: owner.user }),
  };
  const committed = await commitOnce(metadata, {
    checks: [{ key, version: "absent" }, ...(owner === undefined ? [] : [owner.check])],
    puts: [{ key, value: accessKeyRecords.encode(record) }],
    deletes: [],
  });
  if (!committed.ok) throw new Error(`the access key id ${accessKeyId} is taken; try again`);
  return { accessKeyId, accessKeySecret };
}

async function requireUser(
  metadata: MetadataStore,
  name: string,
): Promise<{ readonly user: NonNullable<AccessKeyRecord["user"]>; readonly check: Check }> {
  const key = principalRecords.key("user", name);
  const [entry] = await metadata.getMany([key]);
  if (entry === undefined) throw new OperatorError(`there is no user ${name}`);
  const { id } = principalRecords.decode(entry.value);
  return { user: { name, id }, check: { key, version: entry.version } };
}

/** Lists the keys that were added. */
export async function listAccessKeys(metadata: MetadataStore): Promise<readonly ListedAccessKey[]> {
  const found: ListedAccessKey[] = [];
  for await (const { key, value } of entriesOf(metadata, accessKeyRecords.range())) {
    const [accessKeyId] = accessKeyRecords.partsOf(key);
    const { createdMs, note, user } = accessKeyRecords.decode(value);
    const owner = user === undefined ? {} : { user: user.name };
    found.push({ accessKeyId, createdMs, note, ...owner });
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
