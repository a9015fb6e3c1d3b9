// A delivery that comes twice is handled once and answered twice.
import { generateKeyPairSync, sign } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { Webhook } from "standardwebhooks";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { MemoryDeliveryStore } from "./delivery-store.ts";
import { type AdapterOptions, type CallbackHandler, handleCallback } from "./handle-callback.ts";
import { refuse } from "./reply.ts";

const pair = generateKeyPairSync("rsa", {
  modulusLength: 1_024,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const keyUrl = "https://store.example.com/k.pem";
const secret = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
const body = Buffer.from("o=k");
const trust: AdapterOptions = {
  keys: { [keyUrl]: pair.publicKey },
  webhook: { secrets: [secret] },
};
let options: AdapterOptions;
let handled: (string | undefined)[];

beforeEach(() => {
  handled = [];
  options = { ...trust, deliveries: new MemoryDeliveryStore() };
});

const receive = async (id: string, handler: CallbackHandler): Promise<[number, unknown]> => {
  const now = new Date();
  const headers = {
    authorization: sign("md5", Buffer.from(`/cb\n${body.toString()}`), pair.privateKey).toString(
      "base64",
    ),
    "x-oss-pub-key-url": Buffer.from(keyUrl).toString("base64"),
    "x-oss-request-id": "somebody else's",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign(id, now, body.toString()),
  };
  const reply = await handleCallback({ target: "/cb", headers, body }, handler, options);
  return [reply.status, JSON.parse(Buffer.from(reply.body).toString())];
};
const counting: CallbackHandler = ({ id }) => {
  handled.push(id);
  return { nth: handled.length };
};

test("a repeated delivery gets the first answer; its id is the signed one", async () => {
  expect(await receive("a", counting)).toEqual([200, { nth: 1 }]);
  expect(await receive("a", counting)).toEqual([200, { nth: 1 }]);
  expect(await receive("b", counting)).toEqual([200, { nth: 2 }]);
  expect(handled).toEqual(["a", "b"]);
});

test("a delivery that arrives while its first copy is being handled is refused", async () => {
  const steps = new EventEmitter();
  const entered = once(steps, "entered");
  const slow = receive("a", async (callback) => {
    steps.emit("entered");
    await once(steps, "finish");
    return counting(callback);
  });
  await entered;
  expect(await receive("a", counting)).toEqual([409, { error: "delivery-in-progress" }]);
  steps.emit("finish");
  expect(await slow).toEqual([200, { nth: 1 }]);
  expect(await receive("a", counting)).toEqual([200, { nth: 1 }]);
});

test("a delivery whose handler threw is handled again", async () => {
  const failing: CallbackHandler = () => {
    throw new Error("the database is down");
  };
  await expect(receive("a", failing)).rejects.toThrow("the database is down");
  expect(await receive("a", counting)).toEqual([200, { nth: 1 }]);
});

test("a delivery whose handler refused gets the refusal, and is handled again", async () => {
  const refusing: CallbackHandler = () => refuse(403, { error: "too-large" });
  expect(await receive("a", refusing)).toEqual([403, { error: "too-large" }]);
  expect(await receive("a", counting)).toEqual([200, { nth: 1 }]);
});

test("a claim that cannot be released does not change the handler's result", async () => {
  const errors: unknown[] = [];
  const store = new MemoryDeliveryStore();
  options = {
    ...trust,
    onError: (cause) => errors.push(cause),
    deliveries: {
      claim: (id) => store.claim(id),
      release: () => Promise.reject(new Error("the database is down")),
      settle: (id, answer) => store.settle(id, answer),
    },
  };
  expect(await receive("a", () => refuse(403, {}))).toEqual([403, {}]);
  const failing: CallbackHandler = () => {
    throw new Error("a mistake");
  };
  await expect(receive("b", failing)).rejects.toThrow("a mistake");
  expect(errors.map(String)).toEqual(Array(2).fill("Error: the database is down"));
});

test("an object that only looks like a refusal is an answer", async () => {
  const lookalike = { status: 403, headers: {}, body: "" };
  expect(await receive("a", () => lookalike)).toEqual([200, lookalike]);
  options = trust;
  expect(await receive("b", () => refuse(409, { error: "taken" }))).toEqual([
    409,
    { error: "taken" },
  ]);
});

test("a copy of a refusal refuses, and so does one made by another copy of the kit", async () => {
  const copied = (): object => ({ ...refuse(403, { error: "no" }), headers: { "x-own": "1" } });
  expect(await receive("a", copied)).toEqual([403, { error: "no" }]);
  vi.resetModules();
  const other = await import("./reply.ts");
  expect(other.refuse).not.toBe(refuse);
  expect(await receive("b", () => other.refuse(403, { error: "no" }))).toEqual([
    403,
    { error: "no" },
  ]);
});

test("a framework's Response is an error: as JSON it would confirm the upload", async () => {
  const answering: CallbackHandler = () => Response.json({ error: "no" }, { status: 403 });
  await expect(receive("a", answering)).rejects.toThrow("not a Response");
  expect(await receive("a", counting)).toEqual([200, { nth: 1 }]);
});

test("an answer larger than the store accepts is an error of the handler", async () => {
  await expect(receive("a", () => "x".repeat(1_048_575))).rejects.toThrow("has 1048577 bytes");
  expect((await receive("a", () => "x".repeat(1_048_574)))[0]).toBe(200);
});

test.each([200, 204, 304, 100, 600, 403.5, Number.NaN])("refuse(%s) throws", (status) => {
  expect(() => refuse(status, {})).toThrow(RangeError);
});

test("a delivery whose answer cannot be stored is answered nevertheless", async () => {
  const errors: unknown[] = [];
  const store = new MemoryDeliveryStore();
  options = {
    ...options,
    onError: (cause) => errors.push(cause),
    deliveries: {
      claim: (id) => store.claim(id),
      release: (id) => store.release(id),
      settle: () => Promise.reject(new Error("the database is down")),
    },
  };
  expect(await receive("a", counting)).toEqual([200, { nth: 1 }]);
  expect(errors.map(String)).toEqual(["Error: the database is down"]);
});

describe("MemoryDeliveryStore", () => {
  test("removes an id after ttlSeconds", async () => {
    let nowMs = 0;
    const store = new MemoryDeliveryStore({ ttlSeconds: 10, nowMs: () => nowMs });
    await store.claim("a");
    await store.settle("a", "1");
    nowMs = 9_999;
    expect(await store.claim("a")).toEqual({ kind: "done", answer: "1" });
    nowMs = 10_000;
    expect(await store.claim("a")).toEqual({ kind: "new" });
  });

  test("keeps at most maxDeliveries ids, except those being handled", async () => {
    const store = new MemoryDeliveryStore({ maxDeliveries: 2 });
    for (const id of ["a", "b", "c"]) expect(await store.claim(id)).toEqual({ kind: "new" });
    expect(await store.claim("a")).toEqual({ kind: "busy" });
    for (const id of ["a", "b", "c"]) await store.settle(id, "1");
    expect(await store.claim("d")).toEqual({ kind: "new" });
    expect(await store.claim("c")).toEqual({ kind: "done", answer: "1" });
    expect(await store.claim("a")).toEqual({ kind: "new" });
  });

  test("lets an unsettled claim expire after claimSeconds", async () => {
    let nowMs = 0;
    const store = new MemoryDeliveryStore({ claimSeconds: 5, nowMs: () => nowMs });
    expect(await store.claim("a")).toEqual({ kind: "new" });
    nowMs = 4_999;
    expect(await store.claim("a")).toEqual({ kind: "busy" });
    nowMs = 5_000;
    expect(await store.claim("a")).toEqual({ kind: "new" });
    expect(await store.claim("a")).toEqual({ kind: "busy" });
  });
});
