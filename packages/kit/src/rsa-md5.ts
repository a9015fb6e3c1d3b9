// RSA-MD5 signatures (RSASSA-PKCS1-v1_5, RFC 8017) in plain JavaScript: WebCrypto refuses MD5, so
// edge runtimes need this.
import { binaryToBytes } from "@ossicle/protocol";
import { md5 } from "./md5.ts";

/** An RSA public key. */
export interface RsaPublicKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
  /** Length of the modulus in bytes. */
  readonly sizeBytes: number;
}

/** Largest modulus that is accepted, in bytes. A larger one of a hostile key could cost seconds. */
const maxModulusBytes = 1_024;

// DigestInfo of MD5: SEQUENCE { SEQUENCE { OID 1.2.840.113549.2.5, NULL }, OCTET STRING (16) }.
const digestInfo = Uint8Array.from([
  0x30, 0x20, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05, 0x05, 0x00,
  0x04, 0x10,
]);

/** Reads an RSA key out of an SPKI PEM; undefined when it is none. */
export function parsePublicKey(pem: string): RsaPublicKey | undefined {
  const body = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/.exec(
    pem,
  )?.[1];
  if (body === undefined) return undefined;
  try {
    const der = binaryToBytes(atob(body.replaceAll(/\s/g, "")));
    const spki = new DerReader(der).enter(0x30);
    const algorithm = spki.enter(0x30).take(0x06);
    // rsaEncryption, 1.2.840.113549.1.1.1
    if (hex(algorithm) !== "2a864886f70d010101") return undefined;
    const key = new DerReader(spki.take(0x03).subarray(1)).enter(0x30);
    const modulus = key.take(0x02);
    const exponent = key.take(0x02);
    const significant = modulus[0] === 0 ? modulus.subarray(1) : modulus;
    if (significant.length > maxModulusBytes || exponent.length > 8) return undefined;
    return {
      modulus: integer(modulus),
      exponent: integer(exponent),
      sizeBytes: significant.length,
    };
  } catch {
    return undefined;
  }
}

/** Whether a signature over bytes is valid. */
export function verifyRsaMd5(key: RsaPublicKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== key.sizeBytes) return false;
  const value = integer(signature);
  if (value >= key.modulus) return false;
  const padded = power(value, key.exponent, key.modulus);
  return padded === integer(expectedBlock(md5(bytes), key.sizeBytes));
}

// 00 01 FF… 00 DigestInfo hash. The whole block is built and compared, because a lenient parser
// of the padding would accept forged signatures.
function expectedBlock(hash: Uint8Array, sizeBytes: number): Uint8Array {
  const block = new Uint8Array(sizeBytes).fill(0xff);
  const tail = sizeBytes - digestInfo.length - hash.length;
  block[0] = 0;
  block[1] = 1;
  block[tail - 1] = 0;
  block.set(digestInfo, tail);
  block.set(hash, tail + digestInfo.length);
  return block;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x${hex(bytes) || "0"}`);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  enter(tag: number): DerReader {
    return new DerReader(this.take(tag));
  }

  take(tag: number): Uint8Array {
    if (this.#bytes[this.#at] !== tag) throw new RangeError("another tag was expected");
    let length = this.#bytes[this.#at + 1] ?? 0;
    let start = this.#at + 2;
    if (length > 0x80) {
      const count = length - 0x80;
      length = 0;
      for (let index = 0; index < count; index += 1)
        length = length * 256 + (this.#bytes[start + index] ?? 0);
      start += count;
    }
    const end = start + length;
    if (end > this.#bytes.length) throw new RangeError("the structure is cut off");
    this.#at = end;
    return this.#bytes.subarray(start, end);
  }
}
