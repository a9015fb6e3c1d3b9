// The second signature, in the form of Standard Webhooks: Ed25519 (`v1a`) with keys of the store that can take over from each other, and
// HMAC-SHA256 (`v1`) with the bucket's own secrets. OSS's signature covers no time, so what was recorded once can be sent again; this one
// does (specification: standard-webhooks, "Signature scheme").
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  sign,
} from "node:crypto";
import { promisify } from "node:util";
import type { MetadataStore } from "@ossicle/store";
import type { SecretBox } from "../accounts/secret-box.ts";
import { readConfig } from "../objects/bucket-config.ts";
import { commitOnce } from "../objects/commit.ts";
import { serverKey } from "../objects/keys.ts";
import { decodeRecord, encodeRecord } from "../objects/records.ts";
import type { Clock } from "../services.ts";
import { openSecrets, secretBytes } from "./webhook-secrets.ts";

/** One of the store's signing keys. */
export interface WebhookKeyRecord {
  /** First 32 hex digits of the SHA-256 of the public key's SPKI bytes. */
  readonly kid: string;
  /** PKCS #8 PEM. */
  readonly privateKey: string;
  readonly createdMs: number;
  /** When it stops signing; absent of the newest. */
  readonly untilMs?: number;
}

interface WebhookKeysRecord {
  readonly keys: readonly WebhookKeyRecord[];
}

/** A public key as JWKS have it (RFC 8037). */
export interface WebhookJwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
  readonly kid: string;
  readonly use: "sig";
  readonly alg: "EdDSA";
}

/** What is signed. */
export interface SignedDelivery {
  /** The delivery's id: `webhook-id`, the same in every round. */
  readonly id: string;
  readonly bucketId: string;
  readonly body: Uint8Array;
}

const recordKey = serverKey("webhook-keys");

interface LoadedKey {
  readonly record: WebhookKeyRecord;
  readonly key: KeyObject;
}

/** Signs callbacks. */
export class WebhookSigner {
  readonly #metadata: MetadataStore;
  readonly #box: SecretBox;
  readonly #clock: Clock;
  #loaded: { readonly version: number; readonly keys: readonly LoadedKey[] } | undefined;

  constructor(metadata: MetadataStore, box: SecretBox, clock: Clock) {
    this.#metadata = metadata;
    this.#box = box;
    this.#clock = clock;
  }

  /** The three headers, names and values in turn. */
  async headers({ id, bucketId, body }: SignedDelivery): Promise<readonly string[]> {
    const nowMs = this.#clock();
    const timestamp = String(Math.floor(nowMs / 1_000));
    const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
    const [keys, policy] = await Promise.all([
      this.#keys(),
      readConfig(
        { metadata: this.#metadata },
        { id: Buffer.from(bucketId, "hex") },
        "delivery-policy",
      ),
    ]);
    const signatures = keys
      .filter(({ record }) => isSigning(record, nowMs))
      .map(({ key }) => `v1a,${sign(null, signed, key).toString("base64")}`);
    for (const secret of openSecrets(this.#box, bucketId, policy?.webhookSecrets ?? [])) {
      const mac = createHmac("sha256", secretBytes(secret)).update(signed);
      signatures.push(`v1,${mac.digest("base64")}`);
    }
    return [
      "webhook-id",
      id,
      "webhook-timestamp",
      timestamp,
      "webhook-signature",
      signatures.join(" "),
    ];
  }

  /** The public keys that verify what is signed now, as a JWK set. */
  async jwks(): Promise<{ readonly keys: readonly WebhookJwk[] }> {
    const nowMs = this.#clock();
    const keys = await this.#keys();
    return { keys: keys.filter(({ record }) => isSigning(record, nowMs)).map(jwkOf) };
  }

  // Read every time, so that a rotation counts at once in every process; decoded when they have changed.
  async #keys(): Promise<readonly LoadedKey[]> {
    const [entry] = await this.#metadata.getMany([recordKey]);
    if (entry === undefined) {
      await rotateWebhookKeys(this.#metadata, { nowMs: this.#clock(), overlapMs: 0, first: true });
      return this.#keys();
    }
    if (this.#loaded?.version !== entry.version) {
      const { keys } = decodeRecord<WebhookKeysRecord>(entry.value);
      this.#loaded = {
        version: entry.version,
        keys: keys.map((record) => ({ record, key: createPrivateKey(record.privateKey) })),
      };
    }
    return this.#loaded.keys;
  }
}

function isSigning({ untilMs }: WebhookKeyRecord, nowMs: number): boolean {
  return untilMs === undefined || nowMs < untilMs;
}

function jwkOf({ record, key }: LoadedKey): WebhookJwk {
  const { x = "" } = createPublicKey(key).export({ format: "jwk" });
  return { kty: "OKP", crv: "Ed25519", x, kid: record.kid, use: "sig", alg: "EdDSA" };
}

/** How keys change. */
export interface Rotation {
  readonly nowMs: number;
  /** How long the present keys go on signing beside the new one. */
  readonly overlapMs: number;
  /** Only when there is no key yet. */
  readonly first?: true;
}

/** Makes a new key. The present ones sign beside it until the overlap is over, so that receivers have time to learn it. */
export async function rotateWebhookKeys(
  metadata: MetadataStore,
  rotation: Rotation,
): Promise<WebhookKeyRecord> {
  const { nowMs, overlapMs, first } = rotation;
  const [entry] = await metadata.getMany([recordKey]);
  const present = entry === undefined ? [] : decodeRecord<WebhookKeysRecord>(entry.value).keys;
  const newest = present.at(-1);
  if (first === true && newest !== undefined) return newest;
  const pair = await promisify(generateKeyPair)("ed25519");
  const der = pair.publicKey.export({ type: "spki", format: "der" });
  const made: WebhookKeyRecord = {
    kid: createHash("sha256").update(der).digest("hex").slice(0, 32),
    privateKey: String(pair.privateKey.export({ type: "pkcs8", format: "pem" })),
    createdMs: nowMs,
  };
  const kept = present
    .filter((key) => isSigning(key, nowMs))
    .map((key) => ({ ...key, untilMs: Math.min(key.untilMs ?? Infinity, nowMs + overlapMs) }));
  const committed = await commitOnce(metadata, {
    checks: [{ key: recordKey, version: entry?.version ?? "absent" }],
    puts: [{ key: recordKey, value: encodeRecord({ keys: [...kept, made] }) }],
    deletes: [],
  });
  return committed.ok ? made : rotateWebhookKeys(metadata, rotation);
}

/** The keys that sign at a time, oldest first. */
export async function listWebhookKeys(
  metadata: MetadataStore,
  nowMs: number,
): Promise<readonly WebhookKeyRecord[]> {
  const [entry] = await metadata.getMany([recordKey]);
  const keys = entry === undefined ? [] : decodeRecord<WebhookKeysRecord>(entry.value).keys;
  return keys.filter((key) => isSigning(key, nowMs));
}
