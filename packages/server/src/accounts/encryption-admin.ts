// The encryption keys of a store: listed, added, disabled and sealed again, whether or not a server
// runs on it.
import type { MetadataStore } from "@ossicle/store";
import type { StorePlace } from "../data-folder/layout.ts";
import { openMetadata } from "../data-folder/open-metadata.ts";
import {
  addEncryptionKey,
  mintKeyId,
  requireMasters,
  sealAgain,
} from "../objects/encryption/encryption-keys.ts";
import { commitOnce, pauseBeforeTry } from "../objects/records/commit.ts";
import { entriesOf } from "../objects/records/entries-of.ts";
import { encryptionKeyRecords } from "../objects/records/key-space.ts";
import type { EncryptionKeyRecord } from "../objects/records/server-records.ts";
import { masterKeysOf } from "./master-keys.ts";
import { OperatorError } from "./change-principal.ts";

/** A key, without its bytes. */
export interface ListedEncryptionKey {
  readonly id: string;
  readonly createdMs: number;
  readonly note: string;
  readonly isDisabled: boolean;
  /** The id of the master key that seals it. */
  readonly master: string;
}

/** The encryption keys of a store. */
export interface OpenedEncryptionKeys {
  readonly list: () => Promise<readonly ListedEncryptionKey[]>;
  /** Adds a key for `KMS`, and returns its id. */
  readonly add: (note: string) => Promise<string>;
  /** Disables or enables a key. Throws OperatorError when there is none of this id. */
  readonly setDisabled: (id: string, isDisabled: boolean) => Promise<void>;
  /**
   * Seals every key with the newest master key. Returns the number of keys that it sealed again.
   * Throws when the master key of one of them is not at hand.
   */
  readonly rotate: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Opens the keys of a store. Throws ConfigurationError when the place holds no store. */
export async function openEncryptionKeys(
  place: StorePlace,
  clock: () => number = Date.now,
): Promise<OpenedEncryptionKeys> {
  const metadata = await openMetadata(place);
  const masters = masterKeysOf(place, metadata);
  return {
    list: () => listKeys(metadata),
    add: async (note) => {
      await requireMasters({ metadata, masters });
      const id = mintKeyId();
      const added = await addEncryptionKey(metadata, await masters.current(), {
        id,
        note,
        nowMs: clock(),
      });
      if (!added) throw new Error(`the key id ${id} is taken; try again`);
      return id;
    },
    setDisabled: async (id, isDisabled) => {
      const changed = await changeKeyRecord(metadata, id, (record) =>
        Promise.resolve({ ...record, isDisabled: isDisabled ? true : undefined }),
      );
      if (!changed) throw new OperatorError(`there is no encryption key ${id}`);
    },
    rotate: async () => {
      const { id: newest } = await masters.current();
      const old = (await listKeys(metadata)).filter(({ master }) => master !== newest);
      for (const { id } of old) {
        await changeKeyRecord(metadata, id, (record) => sealAgain(masters, id, record));
      }
      return old.length;
    },
    close: () => metadata.close(),
  };
}

async function listKeys(metadata: MetadataStore): Promise<readonly ListedEncryptionKey[]> {
  const found: ListedEncryptionKey[] = [];
  for await (const { key, value } of entriesOf(metadata, encryptionKeyRecords.range())) {
    const [id] = encryptionKeyRecords.partsOf(key);
    const { createdMs, note, isDisabled = false, master } = encryptionKeyRecords.decode(value);
    found.push({ id, createdMs, note, isDisabled, master });
  }
  return found;
}

// Repeats the change until no other process interferes. Returns false when there is no such key.
async function changeKeyRecord(
  metadata: MetadataStore,
  id: string,
  change: (record: EncryptionKeyRecord) => Promise<EncryptionKeyRecord>,
): Promise<boolean> {
  const key = encryptionKeyRecords.key(id);
  for (let tries = 0; ; tries += 1) {
    const [entry] = await metadata.getMany([key]);
    if (entry === undefined) return false;
    const record = await change(encryptionKeyRecords.decode(entry.value));
    const committed = await commitOnce(metadata, {
      checks: [{ key, version: entry.version }],
      puts: [{ key, value: encryptionKeyRecords.encode(record) }],
      deletes: [],
    });
    if (committed.ok) return true;
    await pauseBeforeTry(tries);
  }
}
