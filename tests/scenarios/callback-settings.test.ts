// What an operator can set about callbacks: a key pair of their own, and connections that stay
// open.
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
  if (received === undefined || more.length > 0) throw new Error("not one callback");
  return received;
}

/** Uploads so many objects, one after the other, to a store with these settings. */
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
  test("signs, and its URL is the one that applications see", async () => {
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

  test("in the older PEM form signs too", async () => {
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

  test("that is none is a mistake that names the file", async () => {
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

  test("without its URL is a mistake", async () => {
    await expect(startStore({ settings: { callbackKey: "own.pem" } })).rejects.toThrow(
      "--callback-key and --callback-key-url go together",
    );
  });
});

describe("answers in chunks, as many frameworks send them", () => {
  const inChunks: Behaviour = (response) => {
    response.write('{"Status"');
    response.end(':"OK"}');
  };

  test("are refused, as OSS does, and the ledger says what would help", async () => {
    await application.close();
    application = await startApplication(inChunks);
    await expect(upload({})).rejects.toMatchObject({ code: "CallbackFailed", status: 203 });
    const { outcome } = (await store?.callbacks.next()) ?? {};
    expect(JSON.stringify(outcome)).toContain("--callback-answer-length optional");
  });

  test("are taken when the operator says so", async () => {
    await application.close();
    application = await startApplication(inChunks);
    await upload({ callbackAnswerLength: "optional" });
    expect(application.received).toHaveLength(1);
  });
});

describe("connections of callbacks", () => {
  test("are closed after each, as OSS does", async () => {
    await upload({}, 3);
    expect(application.connections()).toBe(3);
    expect(application.received.map(({ headers }) => headers.connection)).toEqual([
      "close",
      "close",
      "close",
    ]);
  });

  test("stay open when the operator says so", async () => {
    await upload({ callbackConnections: "keep-alive" }, 3);
    expect(application.received).toHaveLength(3);
    expect(application.connections()).toBe(1);
  });
});
