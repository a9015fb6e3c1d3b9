// The encryption keys of a store. Each is a record, sealed by a master key. The bytes of an object
// name their key, so a key stays as long as the store does.
import { createHash, randomBytes } from "node:crypto";
import { OssError } from "@ossicle/protocol";
import type { MetadataStore } from "@ossicle/store";
import type { Clock } from "../../time/clock.ts";
import { ConfigurationError } from "../../configuration/configuration-error.ts";
import { commitOnce } from "../records/commit.ts";
import { entriesOf } from "../records/entries-of.ts";
import { encryptionKeyRecords } from "../records/key-space.ts";
import type { EncryptionKeyRecord } from "../records/server-records.ts";
import type { EncryptionRecord } from "../records/records.ts";
import { Encryption } from "./encryption.ts";
import { SealThread } from "./seal-thread.ts";

/** The key of `AES256` and `SM4`. */
export const storeKeyId = "store";

/** Bytes of a key. */
const keyBytes = 32;

/**
 * How long a key is used after its record was read, in milliseconds. A key that the operator
 * disables stops working after this time.
 */
const freshMs = 5_000;

/** Seals keys. */
export interface MasterKey {
  /** A fingerprint of it. */
  readonly id: string;
  readonly seal: (text: string, purpose: string) => string;
  /** Returns undefined for what another key has sealed, or for another purpose. */
  readonly open: (sealed: string, purpose: string) => string | undefined;
}

/** The master keys that are at hand. */
export interface MasterKeys {
  /** The one that seals new keys. */
  readonly current: () => Promise<MasterKey>;
  readonly find: (id: string) => Promise<MasterKey | undefined>;
}

/** Where keys are, and what opens them. */
export interface KeySource {
  readonly metadata: MetadataStore;
  readonly masters: MasterKeys;
}

/** What {@link EncryptionKeys} needs. */
export interface EncryptionKeysOptions extends KeySource {
  readonly clock: Clock;
  /** The account's id, from which the id of its default key follows. */
  readonly accountId: string;
}

interface OpenKey {
  readonly key: Uint8Array;
  readonly isDisabled: boolean;
  readonly readMs: number;
}

/** The encryption of bytes that are stored, also under disabled keys. */
export class StoredEncryption {
  readonly #source: KeySource;
  readonly #open = new Map<string, OpenKey>();

  constructor(source: KeySource) {
    this.#source = source;
  }

  /** How bytes are encrypted. */
  async of(record: EncryptionRecord): Promise<Encryption> {
    return new Encryption(record, (await this.require(record.key)).key);
  }

  /** Reads and opens the key of stored bytes. */
  protected async require(id: string): Promise<OpenKey> {
    const open = await this.find(id);
    if (open !== undefined) return open;
    throw new Error(`the encryption key ${id} is missing: run \`ossicle verify\``);
  }

  /** Reads and opens a key; undefined where there is none of this id. */
  protected async find(id: string): Promise<OpenKey | undefined> {
    const nowMs = performance.now();
    const open = this.#open.get(id);
    const isFresh = open !== undefined && nowMs - open.readMs < freshMs;
    if (isFresh && !open.isDisabled) return open; // a key that was enabled again works at once
    const [entry] = await this.#source.metadata.getMany([encryptionKeyRecords.key(id)]);
    if (entry === undefined) return undefined;
    const record = encryptionKeyRecords.decode(entry.value);
    const found: OpenKey = {
      key: open?.key ?? (await openKey(this.#source.masters, id, record)),
      isDisabled: record.isDisabled === true,
      readMs: nowMs,
    };
    this.#open.set(id, found);
    return found;
  }
}

/** The encryption keys of a store, for requests. */
export class EncryptionKeys extends StoredEncryption {
  readonly #options: EncryptionKeysOptions;
  /** The store's own account, to which the keys belong. */
  readonly accountId: string;
  readonly #defaultId: string;
  readonly #thread = new SealThread();

  constructor(options: EncryptionKeysOptions) {
    super(options);
    this.#options = options;
    this.accountId = options.accountId;
    this.#defaultId = defaultKeyId(options.accountId);
  }

  /**
   * The encryption of a new object. It makes the store's own keys on first use: {@link storeKeyId},
   * and the default one of `KMS`, for which `keyId` is undefined. Throws KeyNotFound,
   * KeyDisabled.
   */
  async forNew(keyId: string | undefined, cipher: EncryptionRecord["cipher"]): Promise<Encryption> {
    const id = keyId ?? this.#defaultId;
    const isOwn = id === storeKeyId || id === this.#defaultId;
    const found = (await this.find(id)) ?? (isOwn ? await this.#make(id) : undefined);
    if (found === undefined) throw new OssError("KeyNotFound", { KeyId: id });
    return new Encryption({ key: id, cipher }, keyOf(id, found), this.#thread);
  }

  /** How bytes are encrypted. Throws KeyDisabled. */
  override async of(record: EncryptionRecord): Promise<Encryption> {
    const key = keyOf(record.key, await this.require(record.key));
    return new Encryption(record, key, this.#thread);
  }

  close(): Promise<void> {
    return this.#thread.close();
  }

  async #make(id: string): Promise<OpenKey | undefined> {
    const { metadata, masters, clock } = this.#options;
    await addEncryptionKey(metadata, await masters.current(), { id, note: "", nowMs: clock() });
    return this.find(id); // another process may have been first
  }
}

function keyOf(id: string, { key, isDisabled }: OpenKey): Uint8Array {
  if (isDisabled) throw new OssError("KeyDisabled", { KeyId: id });
  return key;
}

/** The id of an account's default key. It has the form of a key id of OSS. */
export function defaultKeyId(accountId: string): string {
  const hex = createHash("sha256").update(`default key of ${accountId}`).digest("hex");
  return uuidOf(hex);
}

/** Makes the id of a further key. */
export function mintKeyId(): string {
  return uuidOf(randomBytes(16).toString("hex"));
}

function uuidOf(hex: string): string {
  const at = [0, 8, 12, 16, 20, 32];
  return at
    .slice(1)
    .map((end, index) => hex.slice(at[index], end))
    .join("-");
}

/** Adds a key. Returns whether the id was free. */
export async function addEncryptionKey(
  metadata: MetadataStore,
  master: MasterKey,
  { id, note, nowMs }: { readonly id: string; readonly note: string; readonly nowMs: number },
): Promise<boolean> {
  const key = randomBytes(keyBytes).toString("base64");
  const record: EncryptionKeyRecord = {
    sealed: master.seal(key, purposeOf(id)),
    master: master.id,
    createdMs: nowMs,
    note,
  };
  const at = encryptionKeyRecords.key(id);
  const committed = await commitOnce(metadata, {
    checks: [{ key: at, version: "absent" }],
    puts: [{ key: at, value: encryptionKeyRecords.encode(record) }],
    deletes: [],
  });
  return committed.ok;
}

/** Throws when a key cannot be opened: its master key is not at hand, or it is damaged. */
export async function requireMasters({ metadata, masters }: KeySource): Promise<void> {
  for await (const { key, value } of entriesOf(metadata, encryptionKeyRecords.range())) {
    const [id] = encryptionKeyRecords.partsOf(key);
    await openKey(masters, id, encryptionKeyRecords.decode(value));
  }
}

/** Seals a key with another master key. Throws when that of the record is not at hand. */
export async function sealAgain(
  masters: MasterKeys,
  id: string,
  record: EncryptionKeyRecord,
): Promise<EncryptionKeyRecord> {
  const master = await masters.current();
  const key = Buffer.from(await openKey(masters, id, record)).toString("base64");
  return { ...record, sealed: master.seal(key, purposeOf(id)), master: master.id };
}

async function openKey(
  masters: MasterKeys,
  id: string,
  { sealed, master: masterId }: EncryptionKeyRecord,
): Promise<Uint8Array> {
  const master = await masters.find(masterId);
  const opened = master?.open(sealed, purposeOf(id));
  if (opened !== undefined) return Buffer.from(opened, "base64");
  const why =
    master === undefined
      ? `the master key ${masterId}, which seals it, is neither in the file of ` +
        "--encryption-key-file nor that of the store's secret key"
      : "its record is damaged";
  throw new ConfigurationError([`the encryption key ${id} cannot be read: ${why}`]);
}

function purposeOf(id: string): string {
  return `encryption key ${id}`;
}
