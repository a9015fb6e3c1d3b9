// `startStore()` in the tests of an application. A test can make callbacks fail, wait or break off,
// or answer them itself.
import { CallbackFailedError, type Client, createClient } from "@ossicle/client";
import { startStore, type TestStore } from "@ossicle/server/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Application, startApplication } from "./application.ts";

let store: TestStore;
let client: Client;
let application: Application;
const bucket = "tested";

beforeAll(async () => {
  store = await startStore();
  application = await startApplication();
  client = createClient({
    endpoint: store.url,
    region: store.region,
    credentials: store.credentials,
  });
});
beforeEach(async () => {
  await store.reset();
  application.received.length = 0;
  await client.putBucket({ bucket });
});
afterAll(async () => {
  await store.close();
  await application.close();
});

const upload = (url = application.url): Promise<unknown> =>
  client
    .putObject({ bucket, key: "k", body: "x", callback: { url, body: "o=${object}" } })
    .then(({ callback }) => callback?.json());

test("closing a store rejects every call of next()", async () => {
  const other = await startStore();
  const next = other.callbacks.next();
  await Promise.all([
    expect(next).rejects.toThrow("the store was closed before a callback came"),
    other.close(),
  ]);
  await expect(other.callbacks.next()).rejects.toThrow("the store was closed");
});

describe("the next callback", () => {
  test("fails once for each failNext(), and the callback after that succeeds", async () => {
    store.callbacks.failNext();
    store.callbacks.failNext(404);
    await expect(upload()).rejects.toMatchObject({ message: "Error status : 500." });
    await expect(upload()).rejects.toThrow(CallbackFailedError);
    expect(await upload()).toEqual({ Status: "OK" });
    expect(application.received).toHaveLength(1);
    expect((await store.callbacks.next()).outcome.kind).toBe("failed");
    expect((await store.callbacks.next()).outcome.attempts[0]?.reason).toContain("no route");
    expect((await store.callbacks.next()).outcome.kind).toBe("delivered");
    for (const status of [200, 99, 600, 404.5]) {
      expect(() => store.callbacks.failNext(status)).toThrow(RangeError);
    }
  });

  test("is dropped before it reaches the application", async () => {
    store.callbacks.dropNext();
    await expect(upload()).rejects.toMatchObject({ message: "Error status : 502." });
    expect(application.received).toHaveLength(0);
    const [attempt] = (await store.callbacks.next()).outcome.attempts;
    expect(attempt?.reason).toContain("closed the connection without an answer (ECONNRESET)");
  });

  test("is answered without an application", async () => {
    store.callbacks.answerNext({ saved: 7 });
    expect(await upload("http://application.example.com/callback")).toEqual({ saved: 7 });
  });

  test("is delayed, at most until a callback's time limit", async () => {
    store.callbacks.delayNext(200);
    const startedMs = performance.now();
    expect(await upload()).toEqual({ Status: "OK" });
    expect(performance.now() - startedMs).toBeGreaterThan(180);
    store.callbacks.delayNext(60_000);
    await expect(upload()).rejects.toMatchObject({ message: "Cost too long time." });
  });

  test("is awaited by next() until its timeout", async () => {
    const next = store.callbacks.next({ timeoutMs: 50 });
    await expect(next).rejects.toThrow("no callback had an outcome within 50 ms");
    const later = store.callbacks.next();
    await upload();
    expect(await later).toMatchObject({ key: "k", body: "o=k" });
  });

  test("has no fault after a reset", async () => {
    store.callbacks.failNext();
    await store.reset();
    await client.putBucket({ bucket });
    expect(await upload()).toEqual({ Status: "OK" });
  });
});
