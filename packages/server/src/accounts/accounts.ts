// Accounts and their access keys. The store's own account has a key that comes from the environment
// or the data folder. Further keys and accounts are records, and temporary keys carry everything in
// their token. A key may belong to a user of an account, which policies limit.
import { type Credentials, OssError } from "@ossicle/protocol";
import type { Check, MetadataStore } from "@ossicle/store";
import type { Clock } from "../time/clock.ts";
import { type AccessKey, type Account, temporaryPrefix } from "./identity.ts";
import { accessKeyPurpose, type SecretBox } from "./secret-box.ts";
import { findAccount, findStaying, findUser } from "./principals.ts";
import { openToken } from "./session-token.ts";
import { accessKeyRecords } from "../objects/records/key-space.ts";
import type { AccountRecord } from "../objects/records/server-records.ts";

/**
 * Longest id of an access key that is looked up. OSS's ids have at most 30 characters. We chose 128
 * to bound the database keys that unverified requests can read.
 */
const maxAccessKeyIdLength = 128;

/** What the lookup of keys needs. */
export interface AccountsOptions {
  readonly metadata: MetadataStore;
  readonly clock: Clock;
  readonly owner: AccountRecord;
  readonly credentials: Credentials;
  /** Seals and opens the secrets of stored and temporary keys. */
  readonly box: SecretBox;
}

/** Finds access keys and their accounts. */
export class Accounts {
  /** The store's own account. */
  readonly owner: AccountRecord;
  readonly box: SecretBox;
  readonly #options: AccountsOptions;
  readonly #ownKey: AccessKey;

  constructor(options: AccountsOptions) {
    const { owner, credentials, box } = options;
    this.owner = owner;
    this.box = box;
    this.#options = options;
    this.#ownKey = { ...credentials, account: owner };
  }

  /** The account of an id, as answers show it. OSS shows ids as names. */
  shown(id: string): AccountRecord {
    return id === this.owner.id ? this.owner : { id, displayName: id };
  }

  /**
   * The checks of a commit that makes something for an account: that the account is not removed
   * meanwhile. Throws AccessDenied when it is removed already.
   */
  async staying({ id, name }: Account): Promise<readonly Check[]> {
    if (name === undefined) return []; // the store's own
    const found = await findStaying(this.#options.metadata, name);
    if (found?.id !== id)
      throw new OssError("AccessDenied", {}, { message: "The account is being removed." });
    return [found.check];
  }

  /**
   * Finds a key by its id; undefined when there is none. Throws InvalidSecurityToken,
   * AccessKeyIdAndSecurityTokenNotMatch and SecurityTokenExpired.
   */
  find(
    accessKeyId: string,
    token: string | undefined,
  ): AccessKey | undefined | Promise<AccessKey | undefined> {
    if (token !== undefined || accessKeyId.startsWith(temporaryPrefix)) {
      return this.#findTemporary(accessKeyId, token);
    }
    return accessKeyId === this.#ownKey.accessKeyId ? this.#ownKey : this.#findStored(accessKeyId);
  }

  async #findStored(accessKeyId: string): Promise<AccessKey | undefined> {
    if (accessKeyId.length > maxAccessKeyIdLength) return undefined;
    const [entry] = await this.#options.metadata.getMany([accessKeyRecords.key(accessKeyId)]);
    if (entry === undefined) return undefined;
    const record = accessKeyRecords.decode(entry.value);
    const accessKeySecret = this.box.open(record.secret, accessKeyPurpose(accessKeyId, record));
    if (accessKeySecret === undefined) return undefined; // sealed by another store's key
    const { metadata } = this.#options;
    const account =
      record.account === undefined ? this.owner : await findAccount(metadata, record.account);
    if (account === undefined) return undefined;
    const key = { accessKeyId, accessKeySecret, account };
    if (record.user === undefined) return key;
    const user = await findUser(metadata, record.user);
    return user === undefined ? undefined : { ...key, user };
  }

  async #findTemporary(
    accessKeyId: string,
    token: string | undefined,
  ): Promise<AccessKey | undefined> {
    if (token === undefined) return undefined;
    const { box, clock } = this.#options;
    const { accessKeySecret, parent, session } = openToken(box, {
      token,
      accessKeyId,
      nowMs: clock(),
    });
    // Revoking a key also revokes the temporary keys made with it, and what binds its user binds
    // them too.
    const maker = await this.find(parent, undefined);
    if (maker === undefined) return undefined;
    const { user, account } = maker;
    const key = { accessKeyId, accessKeySecret, account, session };
    return user === undefined ? key : { ...key, user };
  }
}
