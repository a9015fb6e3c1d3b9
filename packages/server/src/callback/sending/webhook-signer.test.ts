// The second signature: the npm library of Standard Webhooks verifies `v1`, another implementation
// of Ed25519 verifies `v1a`, and keys can be rotated.
import { verifyAsync } from "@noble/ed25519";
import { ModelMetadataStore } from "../../../../store/src/testing.ts";
import { Webhook } from "standardwebhooks";
import { beforeEach, describe, expect, test } from "vitest";
import { SecretBox } from "../../accounts/secret-box.ts";
import { commitOnce } from "../../objects/records/commit.ts";
import { listWebhookKeys, rotateWebhookKeys } from "./webhook-keys.ts";
import { WebhookSigner } from "./webhook-signer.ts";
import { isWebhookSecret, openSecrets, sealSecrets } from "./webhook-secrets.ts";
import { configRecords } from "../../objects/records/key-space.ts";

const box = new SecretBox(Buffer.alloc(32, 1));
const bucketId = "0011223344556677";
const secret = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
const delivery = { id: "01A2056836E8EDF4D3599EE3", bucketId, body: Buffer.from('{"o":"ö"}') };
let metadata: ModelMetadataStore;
let nowMs: number;
let signer: WebhookSigner;

beforeEach(() => {
  metadata = new ModelMetadataStore();
  nowMs = Date.now();
  signer = new WebhookSigner(metadata, box, () => nowMs);
});

async function headers(): Promise<Readonly<Record<string, string>>> {
  const flat = await signer.headers(delivery);
  return Object.fromEntries(
    flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? ""]] : [])),
  );
}

async function setSecrets(...secrets: readonly string[]): Promise<void> {
  const key = configRecords.key(Buffer.from(bucketId, "hex"), "delivery-policy");
  const webhookSecrets = sealSecrets(box, bucketId, secrets);
  const policy = { extendedOperations: [], defaultCallbacks: [], webhookSecrets };
  const puts = [{ key, value: configRecords.encode("delivery-policy", policy) }];
  await commitOnce(metadata, { checks: [], puts, deletes: [] });
}

/** How many keys of the set verify one of the signatures, by another implementation of Ed25519. */
async function verified(): Promise<number> {
  const sent = await headers();
  const text = `${sent["webhook-id"]}.${sent["webhook-timestamp"]}.${delivery.body.toString()}`;
  const signatures = (sent["webhook-signature"] ?? "").split(" ");
  let count = 0;
  for (const { x } of (await signer.jwks()).keys) {
    const key = Buffer.from(x, "base64url");
    const held = await Promise.all(
      signatures.map((one) =>
        verifyAsync(Buffer.from(one.slice(4), "base64"), Buffer.from(text), key),
      ),
    );
    if (held.includes(true)) count += 1;
  }
  return count;
}

describe("the headers", () => {
  test("verify with the library of Standard Webhooks where the bucket has a secret", async () => {
    await setSecrets(secret);
    const sent = await headers();
    expect(sent["webhook-id"]).toBe(delivery.id);
    expect(new Webhook(secret).verify(delivery.body.toString(), sent)).toEqual({ o: "ö" });
    const other = `whsec_${Buffer.alloc(32, 6).toString("base64")}`;
    expect(() => new Webhook(other).verify(delivery.body.toString(), sent)).toThrow(
      "No matching signature found",
    );
  });

  test("carry one signature per secret, so that secrets can be rotated", async () => {
    const next = `whsec_${Buffer.alloc(24, 9).toString("base64")}`;
    await setSecrets(secret, next);
    const sent = await headers();
    for (const one of [secret, next]) {
      expect(new Webhook(one).verify(delivery.body.toString(), sent)).toEqual({ o: "ö" });
    }
  });

  test("have no symmetric signature where the bucket has no secret", async () => {
    expect((await headers())["webhook-signature"]).toMatch(/^v1a,\S+$/);
    expect(await verified()).toBe(1);
  });
});

describe("keys", () => {
  test("are made once, even when two signers need them at the same time", async () => {
    const other = new WebhookSigner(metadata, box, () => nowMs);
    const [one, two] = await Promise.all([signer.jwks(), other.jwks()]);
    expect(one).toEqual(two);
    expect(one.keys).toMatchObject([{ kty: "OKP", crv: "Ed25519", use: "sig" }]);
  });

  test("sign beside a new one until their overlap is over", async () => {
    await signer.jwks();
    await rotateWebhookKeys(metadata, { nowMs, overlapMs: 1_000 });
    expect(await verified()).toBe(2);
    nowMs += 1_000;
    expect(await verified()).toBe(1);
    expect(await listWebhookKeys(metadata, nowMs)).toHaveLength(1);
  });

  test("are at most four at a time: the oldest stops early", async () => {
    await signer.jwks();
    for (let turn = 0; turn < 5; turn += 1) {
      await rotateWebhookKeys(metadata, { nowMs, overlapMs: 60_000 });
    }
    expect(await verified()).toBe(4);
  });

  test("that were replaced do not sign longer because of another rotation", async () => {
    await signer.jwks();
    await rotateWebhookKeys(metadata, { nowMs, overlapMs: 1_000 });
    await rotateWebhookKeys(metadata, { nowMs, overlapMs: 60_000 });
    nowMs += 1_000;
    expect(await listWebhookKeys(metadata, nowMs)).toHaveLength(2);
  });
});

describe("a secret", () => {
  test.each([
    [secret, true],
    [`whsec_${Buffer.alloc(23).toString("base64")}`, false],
    [`whsec_${Buffer.alloc(65).toString("base64")}`, false],
    [Buffer.alloc(32).toString("base64"), false],
    ["whsec_!!!!", false],
  ])("%s is accepted: %s", (text, good) => {
    expect(isWebhookSecret(text)).toBe(good);
  });

  test("is opened for its own bucket only", () => {
    const sealed = sealSecrets(box, bucketId, [secret]);
    expect(sealed.join("")).not.toContain(secret);
    expect(openSecrets(box, bucketId, sealed)).toEqual([secret]);
    expect(openSecrets(box, "00", sealed)).toEqual([]);
  });
});
