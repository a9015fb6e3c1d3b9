// The Ed25519 keys of the second signature, stored in the database like the callback key. After a
// rotation the previous keys sign beside the new one for a while, so that receivers have time to
// fetch it.
import { createHash, createPublicKey, generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import type { MetadataStore } from "@ossicle/store";
import { commitOnce } from "../../objects/records/commit.ts";
import { openMetadata } from "../../data-folder/open-metadata.ts";
import type { StorePlace } from "../../data-folder/layout.ts";
import { serverRecords } from "../../objects/records/key-space.ts";
import type { WebhookKeyRecord } from "../../objects/records/server-records.ts";

/**
 * A public key as a JWK (RFC 8037). It has no `alg`, whose name is changing from EdDSA to Ed25519
 * (RFC 9864).
 */
export interface WebhookJwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
  readonly kid: string;
  readonly use: "sig";
}

/** The key of the record that holds them. */
export const webhookKeysKey: Buffer = serverRecords.key("webhook-keys");

/** The keys of a record, oldest first. */
export function decodeWebhookKeys(value: Uint8Array): readonly WebhookKeyRecord[] {
  return serverRecords.decode("webhook-keys", value).keys;
}

/** Whether a key signs at a time. */
export function isSigning({ untilMs }: WebhookKeyRecord, nowMs: number): boolean {
  return untilMs === undefined || nowMs < untilMs;
}

/**
 * Most keys that sign at a time: each adds a signature of 92 characters to every callback. OSS
 * documents no limit.
 */
const maxSigning = 4;

/** How keys change. */
export interface Rotation {
  readonly nowMs: number;
  /** How long the present keys sign beside the new one, in milliseconds. */
  readonly overlapMs: number;
  /** Makes a key only if there is none. */
  readonly first?: true;
}

/**
 * Makes a new key. The present keys sign beside it until the overlap is over, so that receivers
 * have time to fetch it. Beyond {@link maxSigning} keys the oldest stop at once.
 */
export async function rotateWebhookKeys(
  metadata: MetadataStore,
  rotation: Rotation,
): Promise<WebhookKeyRecord> {
  const { nowMs, overlapMs, first } = rotation;
  const [entry] = await metadata.getMany([webhookKeysKey]);
  const present = entry === undefined ? [] : decodeWebhookKeys(entry.value);
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
    .map((key) => ({ ...key, untilMs: Math.min(key.untilMs ?? Infinity, nowMs + overlapMs) }))
    .slice(1 - maxSigning);
  const committed = await commitOnce(metadata, {
    checks: [{ key: webhookKeysKey, version: entry?.version ?? "absent" }],
    puts: [
      {
        key: webhookKeysKey,
        value: serverRecords.encode("webhook-keys", { keys: [...kept, made] }),
      },
    ],
    deletes: [],
  });
  return committed.ok ? made : rotateWebhookKeys(metadata, rotation);
}

/** The keys that sign at a time, oldest first. */
export async function listWebhookKeys(
  metadata: MetadataStore,
  nowMs: number,
): Promise<readonly WebhookKeyRecord[]> {
  const [entry] = await metadata.getMany([webhookKeysKey]);
  const keys = entry === undefined ? [] : decodeWebhookKeys(entry.value);
  return keys.filter((key) => isSigning(key, nowMs));
}

/** The public half of a key, as JWKS have it. */
export function jwkOf({ kid, privateKey }: WebhookKeyRecord): WebhookJwk {
  const { x = "" } = createPublicKey(privateKey).export({ format: "jwk" });
  return { kty: "OKP", crv: "Ed25519", x, kid, use: "sig" };
}

/** A key without its private half. */
export interface ListedWebhookKey extends Omit<WebhookKeyRecord, "privateKey"> {
  /** `whpk_` and Base64, as Standard Webhooks write it. */
  readonly publicKey: string;
}

function listed(record: WebhookKeyRecord): ListedWebhookKey {
  const { privateKey: _, ...shown } = record;
  const raw = Buffer.from(jwkOf(record).x, "base64url");
  return { ...shown, publicKey: `whpk_${raw.toString("base64")}` };
}

/** The keys of a data folder. */
export interface WebhookKeys {
  readonly list: () => Promise<readonly ListedWebhookKey[]>;
  /** Makes a new key. */
  readonly rotate: (overlapMs: number) => Promise<ListedWebhookKey>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the keys of a store, whether or not a server runs. Throws ConfigurationError when the place
 * holds no store.
 */
export async function openWebhookKeys(
  place: StorePlace,
  clock: () => number = Date.now,
): Promise<WebhookKeys> {
  const metadata = await openMetadata(place);
  return {
    list: async () => (await listWebhookKeys(metadata, clock())).map(listed),
    rotate: async (overlapMs) =>
      listed(await rotateWebhookKeys(metadata, { nowMs: clock(), overlapMs })),
    close: () => metadata.close(),
  };
}
