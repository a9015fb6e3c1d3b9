// An operator's settings for callbacks: a key pair of their own, answers in chunks, and connections
// that stay open.
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import { verifyCallback } from "@ossicle/kit";
import { startStore, type TestStore } from "@ossicle/server/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Application,
  type Behaviour,
  type Received,
  startApplication,
} from "./application.ts";

const bucket = "examplebucket";
const keyUrl = "https://keys.example.com/oss/callback.pem";
const pair = generateKeyPairSync("rsa", {
  modulusLength: 1_024,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

let folder: string;
let application: Application;
let store: TestStore | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ossicle-keys-"));
});
beforeEach(async () => {
  application = await startApplication();
});
afterEach(async () => {
  await store?.close();
  store = undefined;
  await application.close();
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

function onlyReceived(): Received {
  const [received, ...more] = application.received;
  if (received === undefined || more.length > 0) throw new Error("expected one callback");
  return received;
}

/** Uploads `times` objects, one after the other, to a store with these settings. */
async function upload(settings: Readonly<Record<string, string>>, times = 1): Promise<TestStore> {
  store = await startStore({ settings });
  const { url, region, credentials } = store;
  const client = createClient({ endpoint: url, region, credentials });
  await client.putBucket({ bucket });
  const callback = { url: `${application.url}/cb?a=b`, body: "object=${object}" };
  for (let index = 0; index < times; index += 1) {
    const { callback: answer } = await client.putObject({
      bucket,
      key: `k${index}`,
      body: "x",
      callback,
    });
    expect(answer?.json()).toEqual({ Status: "OK" });
  }
  return store;
}

describe("an operator's own key", () => {
  test("signs callbacks, which carry the key's URL", async () => {
    const callbackKey = await fileOf("own.pem", pair.privateKey);
    await upload({ callbackKey, callbackKeyUrl: keyUrl });
    const { target, headers, body } = onlyReceived();
    expect(Buffer.from(String(headers["x-oss-pub-key-url"]), "base64").toString()).toBe(keyUrl);
    const received = { target, headers, body: Buffer.from(body) };
    const keys = { [keyUrl]: pair.publicKey };
    expect(await verifyCallback(received, { keys })).toMatchObject({ verified: true });
    const other = generateKeyPairSync("rsa", {
      modulusLength: 1_024,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    expect(await verifyCallback(received, { keys: { [keyUrl]: other.publicKey } })).toEqual({
      verified: false,
      reason: "signature-mismatch",
    });
  });

  test("may be in the older PKCS #1 form of PEM", async () => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 1_024,
      publicKeyEncoding: { type: "pkcs1", format: "pem" },
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
    });
    const callbackKey = await fileOf("older.pem", privateKey);
    const { server } = await upload({ callbackKey, callbackKeyUrl: keyUrl });
    const { target, headers, body } = onlyReceived();
    const keys = { [keyUrl]: server.services.callbacks.signer.publicKey };
    expect(
      await verifyCallback({ target, headers, body: Buffer.from(body) }, { keys }),
    ).toMatchObject({ verified: true });
  });

  test("that is no RSA private key is refused, and the error names the file", async () => {
    const { privateKey } = generateKeyPairSync("ec", {
      namedCurve: "P-256",
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    for (const [name, text] of [
      ["ec.pem", privateKey],
      ["public.pem", pair.publicKey],
      ["text.pem", "no key at all"],
    ] as const) {
      const callbackKey = await fileOf(name, text);
      await expect(
        startStore({ settings: { callbackKey, callbackKeyUrl: keyUrl } }),
      ).rejects.toThrow(/--callback-key ".*pem" is no RSA private key in PEM/);
    }
  });

  test("without its URL is refused", async () => {
    await expect(startStore({ settings: { callbackKey: "own.pem" } })).rejects.toThrow(
      "--callback-key and --callback-key-url must be set together",
    );
  });
});

describe("answers in chunks, as many frameworks send them", () => {
  const inChunks: Behaviour = (response) => {
    response.write('{"Status"');
    response.end(':"OK"}');
  };

  test("are refused, as in OSS, and the ledger names the option that accepts them", async () => {
    await application.close();
    application = await startApplication(inChunks);
    await expect(upload({})).rejects.toMatchObject({ code: "CallbackFailed", status: 203 });
    const { outcome } = (await store?.callbacks.next()) ?? {};
    expect(JSON.stringify(outcome)).toContain("--callback-answer-length optional");
  });

  test("are accepted when the operator sets that option", async () => {
    await application.close();
    application = await startApplication(inChunks);
    await upload({ callbackAnswerLength: "optional" });
    expect(application.received).toHaveLength(1);
  });
});

describe("connections of callbacks", () => {
  test("are closed after each callback, as in OSS", async () => {
    await upload({}, 3);
    expect(application.connections()).toBe(3);
    expect(application.received.map(({ headers }) => headers.connection)).toEqual([
      "close",
      "close",
      "close",
    ]);
  });

  test("stay open when the operator sets keep-alive", async () => {
    await upload({ callbackConnections: "keep-alive" }, 3);
    expect(application.received).toHaveLength(3);
    expect(application.connections()).toBe(1);
  });
});
