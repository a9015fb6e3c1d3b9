// Seals secrets with a key of the store, which is kept beside the database and not in it. OSS's signatures are HMACs, so a secret has to
// be readable: a hash of it would verify nothing (docs/decisions/0010).
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { join } from "node:path";
import { keepOnce } from "./keep-once.ts";

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

/** Opens the box of a data folder; its key is made on first use, readable by its owner only. */
export async function loadSecretBox(folder: string): Promise<SecretBox> {
  const file = join(folder, "secret.key");
  const { text } = await keepOnce(file, randomBytes(keyBytes).toString("hex"));
  const key = Buffer.from(text, "hex");
  if (key.length !== keyBytes) throw new TypeError(`${file} does not hold a key`);
  return new SecretBox(key);
}
