// Seals secrets with a key of the store, which is kept beside the database and not in it. OSS's
// signatures are HMACs, so a secret has to be readable: a hash of it would verify nothing
// (docs/decisions/0010).
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { DamagedStoreError, type MetadataStore } from "@ossicle/store";
import { ConfigurationError } from "../configuration/configuration-error.ts";
import { secretKeyFileName, type StorePlace } from "../data-folder/layout.ts";
import { commitOnce } from "../objects/records/commit.ts";
import { entriesOf } from "../objects/records/entries-of.ts";
import { keepOnce } from "../data-folder/keep-once.ts";
import type { AccessKeyRecord } from "../objects/records/server-records.ts";
import {
  accessKeyRecords,
  configRecords,
  encryptionKeyRecords,
  serverRecords,
} from "../objects/records/key-space.ts";

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** Seals and opens texts: AES-256-GCM, bound to what they are for. */
export class SecretBox {
  readonly #key: Buffer;

  constructor(key: Uint8Array) {
    this.#key = Buffer.from(key);
  }

  /** Seals a text for one purpose. */
  seal(text: string, purpose: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce).setAAD(Buffer.from(purpose));
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
  }

  /** A key of 32 bytes for another purpose, derived from this one (HKDF, RFC 5869). */
  derive(purpose: string): Uint8Array {
    return new Uint8Array(hkdfSync("sha256", this.#key, "", purpose, keyBytes));
  }

  /** Opens what was sealed for the same purpose; undefined for anything else. */
  open(sealed: string, purpose: string): string | undefined {
    const bytes = Buffer.from(sealed, "base64url");
    if (bytes.length < nonceBytes + tagBytes || bytes.toString("base64url") !== sealed) {
      return undefined;
    }
    const nonce = bytes.subarray(0, nonceBytes);
    const opener = createDecipheriv("aes-256-gcm", this.#key, nonce, { authTagLength: tagBytes })
      .setAAD(Buffer.from(purpose))
      .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    try {
      const text = opener.update(bytes.subarray(nonceBytes + tagBytes));
      return Buffer.concat([text, opener.final()]).toString();
    } catch {
      return undefined;
    }
  }
}

/**
 * Opens the box of a store. Its key is configured, or is in the data folder, where it is made on
 * first use. Throws ConfigurationError when the configured key is not the one that has sealed the
 * database's secrets, and DamagedStoreError when that of the folder is not, or is damaged or
 * missing.
 */
export async function loadSecretBox(
  { data, secretKey }: StorePlace,
  metadata: MetadataStore,
): Promise<SecretBox> {
  if (secretKey === undefined) return loadFolderBox(data, metadata);
  const box = new SecretBox(Buffer.from(secretKey, "hex"));
  if (await isSharedKey(box, metadata)) return box;
  throw new ConfigurationError([
    "OSSICLE_SECRET_KEY is not the key with which the database's secrets were sealed: every node " +
      "needs the same one",
  ]);
}

const checkPurpose = "check of the secret key";

// The first node seals a text, and later ones must be able to open it. So nodes with different keys
// are found before they have sealed anything else.
async function isSharedKey(box: SecretBox, metadata: MetadataStore): Promise<boolean> {
  const key = serverRecords.key("secret-check");
  const [entry] = await metadata.getMany([key]);
  if (entry !== undefined) {
    const { sealed } = serverRecords.decode("secret-check", entry.value);
    return box.open(sealed, checkPurpose) !== undefined;
  }
  const record = { sealed: box.seal("ossicle", checkPurpose) };
  await commitOnce(metadata, {
    checks: [{ key, version: "absent" }],
    puts: [{ key, value: serverRecords.encode("secret-check", record) }],
    deletes: [],
  });
  return isSharedKey(box, metadata); // another node may have been first
}

async function loadFolderBox(folder: string, metadata: MetadataStore): Promise<SecretBox> {
  const file = join(folder, secretKeyFileName);
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere && (await holdsSealedSecrets(metadata))) {
    throw new DamagedStoreError(
      file,
      "is missing, but the database holds secrets that were sealed with it",
      "Copy the file from a backup of the data folder. Without it, added access keys, " +
        "webhook secrets and encrypted objects cannot be read.",
    );
  }
  const { text } = await keepOnce(file, randomBytes(keyBytes).toString("hex"));
  if (!/^[0-9a-f]{64}\s*$/.test(text)) {
    throw new DamagedStoreError(
      file,
      `does not hold ${keyBytes} bytes in hex`,
      "Copy the file from a backup of the data folder.",
    );
  }
  const box = new SecretBox(Buffer.from(text.trim(), "hex"));
  if (!(await opensSealedSecrets(box, metadata))) {
    throw new DamagedStoreError(
      file,
      "is not the key with which the database's secrets were sealed",
      "Copy the file from a backup of the data folder. Without it, added access keys cannot " +
        "be read.",
    );
  }
  return box;
}

/**
 * What the secret of an added access key is sealed for. Its user and its account are part of it, so
 * that a version of Ossicle without them refuses the key instead of giving it all rights.
 */
export function accessKeyPurpose(
  accessKeyId: string,
  { user, account }: Pick<AccessKeyRecord, "user" | "account">,
): string {
  const ofUser = user === undefined ? "" : ` of user ${user.id}`;
  return `key ${accessKeyId}${ofUser}${account === undefined ? "" : ` of account ${account.id}`}`;
}

/** What the secret of the owner's own access key is sealed for, where the database holds it. */
export const ownerKeyPurpose = "owner key";

async function opensSealedSecrets(box: SecretBox, metadata: MetadataStore): Promise<boolean> {
  const { rows } = await metadata.scan({ ...accessKeyRecords.range(), limit: 1 });
  const [row] = rows;
  if (row === undefined || !("entry" in row)) return true;
  const { key, value } = row.entry;
  const [id] = accessKeyRecords.partsOf(key);
  const record = accessKeyRecords.decode(value);
  return box.open(record.secret, accessKeyPurpose(id, record)) !== undefined;
}

async function holdsSealedSecrets(metadata: MetadataStore): Promise<boolean> {
  const { rows } = await metadata.scan({ ...accessKeyRecords.range(), limit: 1 });
  if (rows.length > 0) return true;
  const keys = await metadata.scan({ ...encryptionKeyRecords.range(), limit: 1 });
  if (keys.rows.length > 0) return true;
  for await (const { key, value } of entriesOf(metadata, configRecords.range())) {
    const [, name] = configRecords.partsOf(key);
    if (name !== "delivery-policy") continue;
    const { webhookSecrets } = configRecords.decode(name, value);
    if (webhookSecrets.length > 0) return true;
  }
  return false;
}
