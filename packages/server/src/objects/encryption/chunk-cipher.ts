// The form of encrypted bytes: chunks of 64 KiB, each with an authentication tag, so that a range
// is read without the bytes before it. Every blob and every payload has a key of its own, derived
// from the encryption key and a name that is used once (docs/decisions/0030).
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  timingSafeEqual,
} from "node:crypto";
import { BlobDamagedError } from "@ossicle/store";

/** A cipher of bytes at rest. */
export type CipherName = "AES256" | "SM4";

/** Bytes of an encrypted chunk, except for the last one of a blob, which may be shorter. */
export const sealedChunkBytes = 65_536;

/** Bytes of a chunk's tag. */
export const tagBytes = 16;

/** Bytes of a chunk before its encryption. */
export const chunkBytes: number = sealedChunkBytes - tagBytes;

/** Length of bytes once they are encrypted. */
export function sealedLength(length: number): number {
  return length + Math.ceil(length / chunkBytes) * tagBytes;
}

/** Encrypts and decrypts the chunks of one blob or payload. */
export interface ChunkCipher {
  /** Encrypts the chunk of this number. The result has two parts: the bytes, and their tag. */
  readonly seal: (chunk: Uint8Array, index: number) => readonly [Uint8Array, Uint8Array];
  /** Decrypts a chunk with its tag. Throws BlobDamagedError where either was changed. */
  readonly open: (sealed: Uint8Array, index: number) => Uint8Array;
}

/** Makes the cipher of the blob or payload of this name. */
export function chunkCipher(cipher: CipherName, key: Uint8Array, name: Uint8Array): ChunkCipher {
  return cipher === "AES256" ? aesGcm(key, name) : sm4(key, name);
}

// AES-256-GCM (NIST SP 800-38D). The key encrypts one blob only, so the chunk's number is a nonce.
function aesGcm(key: Uint8Array, name: Uint8Array): ChunkCipher {
  const derived = derive(key, name, "AES256", 32);
  return {
    seal: (chunk, index) => {
      const cipher = createCipheriv("aes-256-gcm", derived, counter(12, index));
      const sealed = cipher.update(chunk);
      cipher.final();
      return [sealed, cipher.getAuthTag()];
    },
    open: (sealed, index) => {
      const [bytes, tag] = split(sealed);
      if (tag.length !== tagBytes) throw damaged();
      const options = { authTagLength: tagBytes };
      const opener = createDecipheriv("aes-256-gcm", derived, counter(12, index), options);
      opener.setAuthTag(tag);
      const opened = opener.update(bytes);
      try {
        opener.final();
      } catch (cause) {
        throw damaged(cause);
      }
      return opened;
    },
  };
}

/** Bytes of a key of SM4, and of a block. */
const sm4Bytes = 16;

// SM4 in counter mode, then HMAC-SHA-256: Node has no mode of SM4 that authenticates. A chunk has
// 4,096 blocks, so the counters of two chunks do not meet.
function sm4(key: Uint8Array, name: Uint8Array): ChunkCipher {
  const both = derive(key, name, "SM4", sm4Bytes + 32);
  const [derived, macKey] = [both.subarray(0, sm4Bytes), both.subarray(sm4Bytes)];
  const tagOf = (bytes: Uint8Array, index: number): Buffer => {
    const hmac = createHmac("sha256", macKey).update(counter(sm4Bytes, index));
    return hmac.update(bytes).digest().subarray(0, tagBytes);
  };
  // The chunk's number is in the upper half of the counter block.
  const start = (index: number): Buffer => Buffer.concat([counter(8, index), Buffer.alloc(8)]);
  return {
    seal: (chunk, index) => {
      const sealed = createCipheriv("sm4-ctr", derived, start(index)).update(chunk);
      return [sealed, tagOf(sealed, index)];
    },
    open: (sealed, index) => {
      const [bytes, tag] = split(sealed);
      if (tag.length !== tagBytes || !timingSafeEqual(tag, tagOf(bytes, index))) throw damaged();
      return createDecipheriv("sm4-ctr", derived, start(index)).update(bytes);
    },
  };
}

// HKDF (RFC 5869) with SHA-256.
function derive(key: Uint8Array, name: Uint8Array, cipher: CipherName, bytes: number): Buffer {
  return Buffer.from(hkdfSync("sha256", key, name, `ossicle bytes ${cipher}`, bytes));
}

function counter(bytes: number, index: number): Buffer {
  const out = Buffer.alloc(bytes);
  out.writeUIntBE(index, bytes - 6, 6);
  return out;
}

function split(sealed: Uint8Array): readonly [Uint8Array, Uint8Array] {
  const at = Math.max(sealed.length - tagBytes, 0);
  return [sealed.subarray(0, at), sealed.subarray(at)];
}

function damaged(cause?: unknown): BlobDamagedError {
  return new BlobDamagedError("encrypted bytes are damaged, or their key is another one", {
    cause,
  });
}
