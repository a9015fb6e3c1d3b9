// The master keys, which seal the keys that encrypt objects: those of the operator's file, the
// newest first, and the one that derives from the store's secret key.
import { createHash } from "node:crypto";
import type { MetadataStore } from "@ossicle/store";
import type { StorePlace } from "../data-folder/layout.ts";
import { ConfigurationError } from "../configuration/configuration-error.ts";
import { readSettingFile } from "../configuration/operator-mistakes.ts";
import {
  type MasterKey,
  type MasterKeys,
  StoredEncryption,
} from "../objects/encryption/encryption-keys.ts";
import { loadSecretBox, SecretBox } from "./secret-box.ts";

/** Digits of a master key's id: the beginning of a digest of it, in hex. */
const idDigits = 16;

/** The master keys of a store. The file is read again when a key is not in it. */
export class StoreMasterKeys implements MasterKeys {
  readonly #file: string | undefined;
  readonly #own: MasterKey;
  #read: readonly MasterKey[] | undefined;

  constructor(box: SecretBox, file: string | undefined) {
    this.#file = file;
    this.#own = masterKeyOf(box.derive("master key of encryption"));
  }

  /** The newest key of the file, or the store's own one without a file. */
  readonly current: MasterKeys["current"] = async () => {
    const [newest] = await this.load();
    return newest ?? this.#own;
  };

  readonly find: MasterKeys["find"] = async (id) => {
    const found = [...(this.#read ?? []), this.#own].find((one) => one.id === id);
    // The file has not been read yet, or the operator has added a key since.
    return found ?? (await this.load()).find((one) => one.id === id);
  };

  /** Reads the file. Throws a ConfigurationError that names a line without a key. */
  async load(): Promise<readonly MasterKey[]> {
    if (this.#file === undefined) return [];
    const text = await readSettingFile("--encryption-key-file", this.#file);
    const lines = text.split("\n").map((line) => line.trim());
    const bad = lines.findIndex((line) => line !== "" && !/^[0-9a-f]{64}$/i.test(line));
    const used = lines.filter((line) => line !== "");
    if (bad >= 0 || used.length === 0) {
      const where = bad < 0 ? "holds no key" : `line ${bad + 1} is not a key`;
      throw new ConfigurationError([
        `--encryption-key-file ${this.#file}: ${where}; expected 64 hex digits a line: ` +
          "openssl rand -hex 32",
      ]);
    }
    this.#read = used.map((line) => masterKeyOf(Buffer.from(line, "hex")));
    return this.#read;
  }
}

/**
 * The master keys of a place. The secret key is read when a key is needed first: a store without
 * encrypted objects has none to open.
 */
export function masterKeysOf(place: StorePlace, metadata: MetadataStore): MasterKeys {
  let loading: Promise<StoreMasterKeys> | undefined;
  const open = async (): Promise<StoreMasterKeys> =>
    new StoreMasterKeys(await loadSecretBox(place, metadata), place.encryptionKeyFile);
  const load = async (): Promise<StoreMasterKeys> => {
    loading ??= open();
    try {
      return await loading;
    } catch (cause) {
      loading = undefined; // the next request tries again
      throw cause;
    }
  };
  return {
    current: async () => (await load()).current(),
    find: async (id) => (await load()).find(id),
  };
}

/** The encryption of the bytes that a place holds, for commands that read them. */
export function storedEncryptionOf(place: StorePlace, metadata: MetadataStore): StoredEncryption {
  return new StoredEncryption({ metadata, masters: masterKeysOf(place, metadata) });
}

function masterKeyOf(key: Uint8Array): MasterKey {
  const box = new SecretBox(key);
  const digest = createHash("sha256").update("id of a master key").update(key).digest("hex");
  return {
    id: digest.slice(0, idDigits),
    seal: (text, purpose) => box.seal(text, purpose),
    open: (sealed, purpose) => box.open(sealed, purpose),
  };
}
