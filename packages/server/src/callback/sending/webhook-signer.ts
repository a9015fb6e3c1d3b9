// The second signature, in the form of Standard Webhooks: Ed25519 (`v1a`) with keys of the store
// that can be rotated, and HMAC-SHA256 (`v1`) with the bucket's own secrets. OSS's signature covers
// no time, so a recorded callback can be sent again later; this one covers a timestamp
// (specification: standard-webhooks, "Signature scheme").
import { createHmac, createPrivateKey, type KeyObject, sign } from "node:crypto";
import type { MetadataStore } from "@ossicle/store";
import type { SecretBox } from "../../accounts/secret-box.ts";
import type { Clock } from "../../time/clock.ts";
import {
  decodeWebhookKeys,
  isSigning,
  jwkOf,
  rotateWebhookKeys,
  type WebhookJwk,
  webhookKeysKey,
} from "./webhook-keys.ts";
import { openSecrets, secretBytes } from "./webhook-secrets.ts";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import type { WebhookKeyRecord } from "../../objects/records/server-records.ts";

/** What is signed. */
export interface SignedDelivery {
  /** The delivery's id: `webhook-id`, the same in every round. */
  readonly id: string;
  readonly bucketId: string;
  readonly body: Uint8Array;
}

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
    const secrets = openSecrets(this.#box, bucketId, policy?.webhookSecrets ?? []);
    const symmetric = secrets.map((secret) => {
      const mac = createHmac("sha256", secretBytes(secret)).update(signed);
      return `v1,${mac.digest("base64")}`;
    });
    const asymmetric = keys
      .filter(({ record }) => isSigning(record, nowMs))
      .map(({ key }) => `v1a,${sign(null, signed, key).toString("base64")}`);
    return [
      "webhook-id",
      id,
      "webhook-timestamp",
      timestamp,
      "webhook-signature",
      [...symmetric, ...asymmetric].join(" "),
    ];
  }

  /** The public keys that verify what is signed now, as a JWK set. */
  async jwks(): Promise<{ readonly keys: readonly WebhookJwk[] }> {
    const nowMs = this.#clock();
    const keys = await this.#keys();
    const signing = keys.filter(({ record }) => isSigning(record, nowMs));
    return { keys: signing.map(({ record }) => jwkOf(record)) };
  }

  // Read for every callback, so that a rotation takes effect at once in every process. Decoded only
  // when the record has changed.
  async #keys(): Promise<readonly LoadedKey[]> {
    const [entry] = await this.#metadata.getMany([webhookKeysKey]);
    if (entry === undefined) {
      await rotateWebhookKeys(this.#metadata, { nowMs: this.#clock(), overlapMs: 0, first: true });
      return this.#keys();
    }
    if (this.#loaded?.version !== entry.version) {
      const keys = decodeWebhookKeys(entry.value);
      this.#loaded = {
        version: entry.version,
        keys: keys.map((record) => ({ record, key: createPrivateKey(record.privateKey) })),
      };
    }
    return this.#loaded.keys;
  }
}
