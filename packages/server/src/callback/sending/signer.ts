// Signs callbacks: RSA-MD5 over path, query and body, the only form that OSS's receivers
// understand. The key pair is made on first start, or brought by the operator.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  sign,
} from "node:crypto";
import { promisify } from "node:util";
import { callbackBytesToSign } from "@ossicle/protocol";
import type { MetadataStore } from "@ossicle/store";
import { commitOnce } from "../../objects/records/commit.ts";
import { serverRecords } from "../../objects/records/key-space.ts";
import type { CallbackKeyRecord } from "../../objects/records/server-records.ts";

const signAsync = promisify(sign) as (
  algorithm: string,
  data: Uint8Array,
  key: KeyObject,
) => Promise<Buffer>;

/** A key pair that signs callbacks. */
export interface CallbackSigner {
  /** SPKI PEM, as the public-key URL serves it. */
  readonly publicKey: string;
  readonly fingerprint: string;
  /** Base64 signature for a request target and its body. */
  readonly sign: (target: string, body: Uint8Array) => Promise<string>;
}

/** Makes a signer of a private key in PEM. Throws when it is no RSA key. */
export function signerOf(privatePem: string): CallbackSigner {
  const key = createPrivateKey(privatePem);
  if (key.asymmetricKeyType !== "rsa") throw new Error("the callback key is no RSA key");
  const publicKey = createPublicKey(key);
  const der = publicKey.export({ type: "spki", format: "der" });
  return {
    publicKey: String(publicKey.export({ type: "spki", format: "pem" })),
    fingerprint: createHash("sha256").update(der).digest("hex").slice(0, 32),
    sign: async (target, body) => {
      const signature = await signAsync("md5", callbackBytesToSign(target, body), key);
      return signature.toString("base64");
    },
  };
}

/**
 * Reads the store's key pair, or makes one of `bits` bits. Two processes that start at the same
 * time use the same pair.
 */
export async function loadSigner(store: MetadataStore, bits: number): Promise<CallbackSigner> {
  const key = serverRecords.key("callback-key");
  const [entry] = await store.getMany([key]);
  if (entry !== undefined)
    return signerOf(serverRecords.decode("callback-key", entry.value).privateKey);
  const pair = await promisify(generateKeyPair)("rsa", { modulusLength: bits });
  const privateKey = String(pair.privateKey.export({ type: "pkcs8", format: "pem" }));
  const { publicKey, fingerprint } = signerOf(privateKey);
  const record: CallbackKeyRecord = { privateKey, publicKey, fingerprint };
  await commitOnce(store, {
    checks: [{ key, version: "absent" }],
    puts: [{ key, value: serverRecords.encode("callback-key", record) }],
    deletes: [],
  });
  return loadSigner(store, bits);
}
