// Standard Webhooks: signatures of other libraries verify (the npm library for `v1`, noble's
// Ed25519 for `v1a`), and every reason to refuse has a test.
import { getPublicKeyAsync, signAsync } from "@noble/ed25519";
import { beforeEach, describe, expect, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { refetchSeconds, verifyWebhook, type WebhookKeySet } from "./verify-webhook.ts";

const id = "01A2056836E8EDF4D3599EE3";
const nowMs = 1_795_000_000_000;
const timestamp = String(nowMs / 1_000);
const body = Buffer.from('{"object":"ö","size":3}');
const secret = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
const seed = Buffer.alloc(32, 9);
const publicKey = Buffer.from(await getPublicKeyAsync(seed));
const signedText = `${id}.${timestamp}.${body.toString()}`;
const ed25519 = Buffer.from(await signAsync(Buffer.from(signedText), seed));
const asymmetric = `v1a,${ed25519.toString("base64")}`;
const symmetric = new Webhook(secret).sign(id, new Date(nowMs), body.toString());
const set: WebhookKeySet = {
  keys: [
    { kty: "RSA" },
    { kty: "OKP", crv: "Ed25519", x: publicKey.toString("base64url") },
    { kty: "OKP", crv: "X25519", x: publicKey.toString("base64url") },
  ],
};
const clock = { nowMs: () => nowMs };
const headers = (signature: string, change: Readonly<Record<string, string>> = {}) => ({
  "webhook-id": id,
  "webhook-timestamp": timestamp,
  "webhook-signature": signature,
  ...change,
});

// An uploader can choose how a callback's body begins. If a signed body begins with `time.` and the
// rest equals another callback's body, the signature could be reused for that body at that time.
test("a signature is not valid when the time is cut out of the signed body", async () => {
  const later = String(Number(timestamp) + 30 * 86_400);
  const longer = Buffer.from(`${later}.${body.toString()}`);
  const signature = new Webhook(secret).sign(id, new Date(nowMs), longer.toString());
  const forged = headers(signature, {
    "webhook-id": `${id}.${timestamp}`,
    "webhook-timestamp": later,
  });
  expect(
    await verifyWebhook(
      { headers: forged, body },
      { secrets: [secret], nowMs: () => Number(later) * 1_000 },
    ),
  ).toEqual({ verified: false, reason: "webhook-signature-mismatch" });
});

describe("verifyWebhook verifies", () => {
  test.each([
    ["a signature of the npm library under a secret", symmetric, { secrets: [secret] }],
    [
      "a signature under the second of two secrets",
      symmetric,
      { secrets: [`whsec_${Buffer.alloc(24).toString("base64")}`, secret] },
    ],
    ["a signature of noble under a key set", asymmetric, { publicKeys: [set] }],
    [
      "a signature under a public key in the format of the specification",
      asymmetric,
      { publicKeys: [`whpk_${publicKey.toString("base64")}`] },
    ],
    ["one of several signatures", `v1,AAAA ${asymmetric} v2,x`, { publicKeys: [set] }],
  ])("%s", async (_what, signature, trust) => {
    const received = { headers: headers(signature), body };
    expect(await verifyWebhook(received, { ...trust, ...clock })).toEqual({ verified: true, id });
    const web = { headers: new Headers(headers(signature)), body };
    expect(await verifyWebhook(web, { ...trust, ...clock })).toEqual({ verified: true, id });
  });

  test("the test vector of RFC 8032 for one byte, with WebCrypto alone", async () => {
    const key = await crypto.subtle.importKey(
      "raw",
      Buffer.from("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "hex"),
      "Ed25519",
      false,
      ["verify"],
    );
    const signature = Buffer.from(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
      "hex",
    );
    expect(await crypto.subtle.verify("Ed25519", key, signature, Buffer.of(0x72))).toBe(true);
  });
});

describe("verifyWebhook refuses", () => {
  const trust = { secrets: [secret], publicKeys: [set], ...clock };
  const reason = async (
    change: Readonly<Record<string, string>>,
    text: Uint8Array = body,
    signature = `${symmetric} ${asymmetric}`,
  ) => {
    const result = await verifyWebhook({ headers: headers(signature, change), body: text }, trust);
    return result.verified ? "verified" : result.reason;
  };

  test.each(["webhook-id", "webhook-timestamp", "webhook-signature"])("empty %s", async (name) => {
    expect(await reason({ [name]: "" })).toBe("missing-webhook-headers");
  });

  test.each([
    ["another id", { "webhook-id": "other" }, "webhook-signature-mismatch"],
    [
      "another time",
      { "webhook-timestamp": String(nowMs / 1_000 - 1) },
      "webhook-signature-mismatch",
    ],
    ["a time in words", { "webhook-timestamp": "yesterday" }, "malformed-webhook-timestamp"],
    ["a replay", { "webhook-timestamp": String(nowMs / 1_000 - 301) }, "webhook-too-old"],
    ["a future time", { "webhook-timestamp": String(nowMs / 1_000 + 301) }, "webhook-too-new"],
  ])("%s", async (_what, change, expected) => {
    expect(await reason(change)).toBe(expected);
  });

  test("another body, and wrong or malformed signatures", async () => {
    expect(await reason({}, Buffer.from("{}"))).toBe("webhook-signature-mismatch");
    expect(await reason({}, body, "v1,AAAA v1a,AAAA v1a,***")).toBe("webhook-signature-mismatch");
    expect(await reason({}, body, "v1 v1a , x")).toBe("webhook-signature-mismatch");
    // A signature is checked under its own scheme only.
    expect(await reason({}, body, symmetric.replace("v1,", "v1a,"))).toBe(
      "webhook-signature-mismatch",
    );
  });

  test("options without keys, and malformed keys", async () => {
    const received = { headers: headers(symmetric), body };
    await expect(verifyWebhook(received, clock)).rejects.toThrow("set jwksUrl, publicKeys or");
    await expect(verifyWebhook(received, { secrets: ["s"], ...clock })).rejects.toThrow("whsec_");
    const asked = { headers: headers(asymmetric), body };
    await expect(verifyWebhook(asked, { publicKeys: ["k"], ...clock })).rejects.toThrow("whpk_");
  });
});

describe("a fetched key set", () => {
  const jwksUrl = "https://store.example.com/_ossicle/callback-keys/jwks.json";
  let served: WebhookKeySet | undefined;
  let fetches: number;
  let now: number;
  // Makes a new function for every test, because sets are cached by function.
  const trust = () => ({
    jwksUrl,
    toleranceSeconds: 1e6,
    nowMs: () => now,
    fetchKeys: () => {
      fetches += 1;
      return served === undefined ? Promise.reject(new Error("down")) : Promise.resolve(served);
    },
  });
  const received = { headers: headers(asymmetric), body };
  beforeEach(() => {
    served = set;
    fetches = 0;
    now = nowMs;
  });

  test("is cached", async () => {
    const options = trust();
    for (let count = 0; count < 3; count += 1) {
      expect(await verifyWebhook(received, options)).toEqual({ verified: true, id });
    }
    expect(fetches).toBe(1);
  });

  test("is fetched again after a rotation, but not for every unverified callback", async () => {
    const options = trust();
    served = { keys: [] };
    const mismatch = { verified: false, reason: "webhook-signature-mismatch" };
    for (let count = 0; count < 3; count += 1) {
      expect(await verifyWebhook(received, options)).toEqual(mismatch);
    }
    expect(fetches).toBe(1);
    served = set;
    now += refetchSeconds * 1_000;
    expect(await verifyWebhook(received, options)).toEqual({ verified: true, id });
    expect(fetches).toBe(2);
  });

  test("that cannot be fetched gives a reason of its own, and is fetched again later", async () => {
    const options = trust();
    served = undefined;
    const unavailable = { verified: false, reason: "webhook-keys-unavailable" };
    for (let count = 0; count < 3; count += 1) {
      expect(await verifyWebhook(received, options)).toEqual(unavailable);
    }
    expect(fetches).toBe(1);
    served = set;
    now += 1_000;
    expect(await verifyWebhook(received, options)).toEqual({ verified: true, id });
  });

  test("is fetched again each hour, and not trusted for more than a day", async () => {
    const options = trust();
    await verifyWebhook(received, options);
    served = { keys: [] };
    now += 3_600_000;
    expect(await verifyWebhook(received, options)).toEqual({ verified: true, id });
    expect(fetches).toBe(2);
    await Promise.resolve();
    now += 1;
    expect((await verifyWebhook(received, options)).verified).toBe(false);
    served = undefined; // the store is down: a day later its keys are no longer trusted
    now += 86_400_000;
    expect(await verifyWebhook(received, options)).toMatchObject({
      reason: "webhook-keys-unavailable",
    });
  });

  test("stays in use while the store is down, even when forged callbacks arrive", async () => {
    const options = trust();
    await verifyWebhook(received, options);
    served = undefined;
    now += refetchSeconds * 1_000;
    const forged = { headers: headers(asymmetric), body: Buffer.from("{}") };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => verifyWebhook(forged, options)),
    );
    expect(answers.every(({ verified }) => !verified)).toBe(true);
    expect(fetches).toBe(2);
    expect(await verifyWebhook(received, options)).toEqual({ verified: true, id });
  });
});
