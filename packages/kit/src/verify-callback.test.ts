// Verification: real callbacks of Alibaba's, every reason to refuse one, and what hostile callers
// try.
import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import vectors from "../../protocol/vectors/callback-signature.json" with { type: "json" };
import { md5 } from "./md5.ts";
import { parsePublicKey, verifyRsaMd5 } from "./rsa-md5.ts";
import { verifyCallback } from "./verify-callback.ts";
import type { ReceivedCallback } from "./received-callback.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("a real callback of Alibaba's", () => {
  const fetchKey = (): Promise<string> => Promise.resolve(vectors.publicKey);

  test.each(vectors.callbacks)(
    "$name verifies, and altered copies of it are refused",
    async (one) => {
      const headers = {
        authorization: one.authorization,
        "x-oss-pub-key-url": base64(one.keyUrl),
      };
      const received: ReceivedCallback = {
        target: one.target,
        headers,
        body: Buffer.from(one.body),
      };
      expect(await verifyCallback(received, { fetchKey })).toMatchObject({ verified: true });
      const altered: ReceivedCallback[] = [
        { ...received, target: `${one.target}x` },
        { ...received, body: Buffer.from(`${one.body}\n`) },
        { ...received, headers: { ...headers, authorization: base64("x".repeat(64)) } },
      ];
      for (const other of altered) {
        expect(await verifyCallback(other, { fetchKey })).toEqual({
          verified: false,
          reason: "signature-mismatch",
        });
      }
    },
  );
});

describe("a callback is refused", () => {
  const pair = generateKeyPairSync("rsa", {
    modulusLength: 1_024,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const keyUrl = "https://store.example.com/_ossicle/callback-keys/1.pem";
  const keys = { [keyUrl]: pair.publicKey };
  const body = Buffer.from("bucket=b");
  const authorization = sign(
    "md5",
    Buffer.concat([Buffer.from("/cb\n"), body]),
    pair.privateKey,
  ).toString("base64");
  const headers = { authorization, "x-oss-pub-key-url": base64(keyUrl) };
  const good: ReceivedCallback = { target: "/cb", headers, body };
  const reason = async (
    one: Partial<ReceivedCallback>,
    options: object = { keys },
  ): Promise<string> => {
    const result = await verifyCallback({ ...good, ...one }, options);
    return result.verified ? "verified" : result.reason;
  };

  test("only when it was altered", async () => {
    expect(await reason({})).toBe("verified");
    expect(await reason({ headers: new Headers(headers) })).toBe("verified");
    expect(await reason({ body: body.toString() })).toBe("verified");
  });

  test("with the matching reason", async () => {
    expect(await reason({ headers: { "x-oss-pub-key-url": headers["x-oss-pub-key-url"] } })).toBe(
      "missing-authorization",
    );
    expect(await reason({ headers: { authorization } })).toBe("missing-key-url");
    expect(await reason({ headers: { authorization, "x-oss-pub-key-url": "%%%" } })).toBe(
      "malformed-key-url",
    );
    expect(await reason({ headers: { ...headers, authorization: "%%%" } })).toBe(
      "malformed-signature",
    );
    expect(await reason({}, {})).toBe("untrusted-key-url");
    expect(await reason({}, { keys: { [keyUrl]: "no key" } })).toBe("malformed-key");
    expect(await reason({ body: Buffer.from("bucket=c") })).toBe("signature-mismatch");
    const contentMd5 = Buffer.from(md5(body)).toString("base64");
    expect(
      await reason({
        body: Buffer.from("bucket=c"),
        headers: { ...headers, "content-md5": contentMd5 },
      }),
    ).toBe("body-changed");
    const unavailable = {
      trustedKeyUrls: ["https://store.example.com/"],
      fetchKey: () => Promise.reject(new Error("down")),
    };
    expect(await reason({}, unavailable)).toBe("key-unavailable");
  });

  test("when its key's URL only looks trusted", async () => {
    const fetched: string[] = [];
    const options = {
      // A prefix without a host names no store.
      trustedKeyUrls: ["https://store.example.com/keys/", "http://", "https://", "/", ""],
      fetchKey: (url: string) => {
        fetched.push(url);
        return Promise.resolve(pair.publicKey);
      },
    };
    const urls = [
      "https://store.example.com.evil.example/keys/1.pem",
      "https://store.example.com@evil.example/keys/1.pem",
      "https://store.example.com/keys/../../upload/evil.pem",
      "https://store.example.com/keys/%2e%2e/upload/evil.pem",
      "http://store.example.com/keys/1.pem",
      "https://STORE.example.com/keys/1.pem",
      "file:///etc/passwd",
      "https://store.example.com/keys",
    ];
    for (const url of urls) {
      expect(
        await reason({ headers: { authorization, "x-oss-pub-key-url": base64(url) } }, options),
      ).toBe("untrusted-key-url");
    }
    expect(fetched).toEqual([]);
    const url = "https://store.example.com/keys/1.pem";
    const trusted = { headers: { authorization, "x-oss-pub-key-url": base64(url) } };
    expect(await reason(trusted, options)).toBe("verified");
    expect(await reason(trusted, options)).toBe("verified");
    expect(fetched).toEqual([url]); // the second verification uses the cached key
  });

  test("by a verifier that agrees with OpenSSL for every size of key and body", () => {
    for (const modulusLength of [512, 768, 1_024, 2_048]) {
      const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength });
      const key = parsePublicKey(String(publicKey.export({ type: "spki", format: "pem" })));
      if (key === undefined) throw new Error("the key cannot be read");
      for (const size of [0, 1, 55, 56, 63, 64, 65, 1_000]) {
        const message = Buffer.alloc(size, "m");
        const signature = sign("md5", message, privateKey);
        expect(verifyRsaMd5(key, message, signature)).toBe(true);
        signature[0] = (signature[0] ?? 0) ^ 1;
        expect(verifyRsaMd5(key, message, signature)).toBe(false);
      }
    }
  });

  test("when its key is not an RSA key", () => {
    const { publicKey } = generateKeyPairSync("ed25519");
    expect(
      parsePublicKey(String(publicKey.export({ type: "spki", format: "pem" }))),
    ).toBeUndefined();
    expect(
      parsePublicKey("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"),
    ).toBeUndefined();
  });
});

describe("keys that requests name", () => {
  const prefix = "https://keys.example.com/_ossicle/callback-keys/";
  const named = (url: string): ReceivedCallback => ({
    target: "/cb",
    headers: { authorization: base64("x".repeat(64)), "x-oss-pub-key-url": base64(url) },
    body: Buffer.from("o=1"),
  });
  const pem = vectors.publicKey;

  test.each(["?n=1", "?", "#a", "#"])(
    "are not fetched where their URL ends in %s",
    async (tail) => {
      let fetches = 0;
      const fetchKey = (): Promise<string> => {
        fetches += 1;
        return Promise.resolve(pem);
      };
      const result = await verifyCallback(named(`${prefix}k1.pem${tail}`), {
        trustedKeyUrls: [prefix],
        fetchKey,
      });
      expect(result).toEqual({ verified: false, reason: "untrusted-key-url" });
      expect(fetches).toBe(0);
    },
  );

  test("are fetched at most thirty times a minute, and cached keys stay in use", async () => {
    const fetched: string[] = [];
    const fetchKey = (url: string): Promise<string> => {
      fetched.push(url);
      return Promise.resolve(pem);
    };
    const options = { trustedKeyUrls: [prefix], fetchKey };
    const reasons = new Set<string>();
    for (let at = 0; at < 50; at += 1) {
      const result = await verifyCallback(named(`${prefix}k${at}.pem`), options);
      if (!result.verified) reasons.add(result.reason);
    }
    expect(fetched).toHaveLength(30);
    expect([...reasons]).toEqual(["signature-mismatch", "key-unavailable"]);
    const known = await verifyCallback(named(`${prefix}k0.pem`), options);
    expect(known).toEqual({ verified: false, reason: "signature-mismatch" });
  });
});

test("publicPath replaces a path that a proxy has rewritten, and keeps the query", async () => {
  const [vector] = vectors.callbacks;
  if (vector === undefined) throw new Error("no vector");
  const [path = "", query] = vector.target.split("?", 2);
  const tail = query === undefined ? "" : `?${query}`;
  const received: ReceivedCallback = {
    target: `/rewritten${tail}`,
    headers: { authorization: vector.authorization, "x-oss-pub-key-url": base64(vector.keyUrl) },
    body: Buffer.from(vector.body),
  };
  const keys = { [vector.keyUrl]: vectors.publicKey };
  expect(await verifyCallback(received, { keys })).toMatchObject({ verified: false });
  expect(await verifyCallback(received, { keys, publicPath: path })).toMatchObject({
    verified: true,
  });
});
