// Memory under clients that send much, and clients that stall: every budget keeps its bound, and
// others are served meanwhile.
import { connect, type Socket } from "node:net";
import { type Client, createClient } from "@ossicle/client";
import { startStore, type TestStore } from "@ossicle/server/testing";
import { afterEach, beforeEach, expect, test } from "vitest";

let store: TestStore;
let client: Client;
const sockets: Socket[] = [];
const mebibyte = 1_048_576;
const expiry = { expiresSeconds: 600 } as const;

beforeEach(async () => {
  store = await startStore({ settings: { bodyMemory: "8", unverifiedMemory: "16" } });
  const { url, region, credentials } = store;
  client = createClient({ endpoint: url, region, credentials });
  await client.putBucket({ bucket: "bucket" });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await store.close();
});

function send(head: readonly string[], body = Buffer.alloc(0)): { readonly text: () => string } {
  const chunks: Buffer[] = [];
  const socket = connect(Number(new URL(store.url).port));
  sockets.push(socket);
  socket.on("error", () => undefined).on("data", (chunk) => chunks.push(chunk));
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  socket.write(body);
  return { text: () => Buffer.concat(chunks).toString() };
}

/** The head of an upload form, and the beginning of its fields. */
function formHead(bucket: string): readonly string[] {
  return [
    `POST /${bucket} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Content-Length: 100000000",
    "Content-Type: multipart/form-data; boundary=b",
  ];
}

function field(name: string, value: string): string {
  return `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

const largeFields = Buffer.from(
  ["1", "2", "3"].map((at) => field(`x-oss-meta-${at}`, "v".repeat(2_000_000))).join(""),
);

test("forms without a verified signature hold no more than their budget", async () => {
  const { unverified } = store.server.services.memory;
  const stalled = Array.from({ length: 30 }, () => send(formHead("bucket"), largeFields));
  await expect
    .poll(() => stalled.filter(({ text }) => text().includes("ServiceUnavailable")).length)
    .toBeGreaterThanOrEqual(28);
  expect(unverified.used).toBeLessThanOrEqual(unverified.maxBytes);
  expect(stalled.find(({ text }) => text() !== "")?.text()).toMatch(/\r\nRetry-After: \d+\r\n/);
  const form = await client.postForm({ bucket: "bucket", key: "by-form", expiresSeconds: 60 });
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append("file", new Blob(["hello"]));
  expect((await fetch(form.url, { method: "POST", body })).status).toBe(204);
  expect(await (await client.getObject({ bucket: "bucket", key: "by-form" })).text()).toBe("hello");
});

test("a form for a bucket that is not there is refused before its fields are read", async () => {
  const { text } = send(formHead("missing"));
  await expect.poll(text).toContain("<Code>NoSuchBucket</Code>");
  expect(store.server.services.memory.unverified.used).toBe(0);
});

test("form fields that no operation reads are not kept in memory", async () => {
  const { unverified } = store.server.services.memory;
  const kept = field("x-oss-meta-kept", "k".repeat(5_000));
  const { text } = send(
    formHead("bucket"),
    Buffer.from(field("junk", "v".repeat(1_900_000)) + kept + field("key", "k")),
  );
  const partHead = 16_384; // what the parser may hold counts as well
  await expect.poll(() => unverified.used).toBeGreaterThan(5_000 + partHead);
  expect(unverified.used).toBeLessThan(10_000 + partHead);
  expect(text()).toBe("");
});

test("forms release all memory, whether they succeed, fail or break off", async () => {
  const { unverified, documents, pieces, smallBodies } = store.server.services.memory;
  const post = async (
    size: number,
    more: Readonly<Record<string, string>> = {},
    signed = true,
  ): Promise<number> => {
    const conditions = Object.entries(more).map(
      ([name, value]) => ["eq", `$${name}`, value] as const,
    );
    const key = `form-${size}`;
    const form = await client.postForm({ bucket: "bucket", key, expiresSeconds: 60, conditions });
    const body = new FormData();
    const fields = signed ? Object.entries({ ...form.fields, ...more }) : [["key", key] as const];
    for (const [name, value] of fields) body.append(name, value);
    body.append("file", new Blob([new Uint8Array(size)]));
    return (await fetch(form.url, { method: "POST", body })).status;
  };
  for (const size of [5, 70_000, 120_000, 3_000_000]) {
    expect(await post(size, { "x-oss-meta-a": "a".repeat(4_000) })).toBe(204);
    expect(await post(size, { "x-oss-object-acl": "none" })).toBe(400);
    expect(await post(size, { "x-oss-storage-class": "none" })).toBe(400);
    expect(await post(size, { callback: "none" })).toBe(400);
    expect(await post(size, { "x-oss-forbid-overwrite": "true" })).toBe(409);
    expect(await post(size, {}, false)).toBe(403);
  }
  const aborted = send(formHead("bucket"), Buffer.from(field("key", "k")));
  sockets.at(-1)?.destroy();
  expect(aborted.text()).toBe("");
  const held = (): readonly number[] => [
    unverified.used,
    documents.used,
    smallBodies.used,
    pieces.inUse,
  ];
  await expect.poll(held).toEqual([0, 0, 0, 0]);
});

test("uploads share the pool, stalled ones return pieces, and every byte arrives", async () => {
  const { pieces, smallBodies } = store.server.services.memory;
  const { url } = await client.presignPutObject({ bucket: "bucket", key: "stalled" }, expiry);
  const { pathname, search } = new URL(url);
  const stalled = Array.from({ length: 40 }, () =>
    send(
      [`PUT ${pathname}${search} HTTP/1.1`, "Host: 127.0.0.1", "Content-Length: 5000000"],
      Buffer.alloc(300_000),
    ),
  );
  await expect.poll(() => pieces.inUse).toBe(8);
  const most = { made: 0, small: 0 };
  const watch = setInterval(() => {
    most.made = Math.max(most.made, pieces.made);
    most.small = Math.max(most.small, smallBodies.used);
  }, 1);
  const body = Buffer.alloc(3 * mebibyte + 17, "abcdefg");
  const keys = Array.from({ length: 24 }, (_, at) => `k${at}`);
  await Promise.all(keys.map((key) => client.putObject({ bucket: "bucket", key, body })));
  clearInterval(watch);
  for (const key of keys) {
    const bytes = await (await client.getObject({ bucket: "bucket", key })).bytes();
    expect(Buffer.compare(bytes, body)).toBe(0);
  }
  expect(most.made).toBe(8);
  expect(most.small).toBeLessThanOrEqual(smallBodies.maxBytes);
  expect(stalled.every(({ text }) => text() === "")).toBe(true);
});

test("clients that do not read their downloads slow others down, but block none", async () => {
  const { readAhead } = store.server.services.memory;
  const body = Buffer.alloc(8 * mebibyte, "x");
  await client.putObject({ bucket: "bucket", key: "large", body });
  const { url } = await client.presignGetObject({ bucket: "bucket", key: "large" }, expiry);
  const { pathname, search } = new URL(url);
  for (let at = 0; at < 160; at += 1) {
    send([`GET ${pathname}${search} HTTP/1.1`, "Host: 127.0.0.1"]);
    sockets.at(-1)?.pause();
  }
  await expect.poll(() => readAhead.used).toBeGreaterThan(readAhead.maxBytes - 300_000);
  const bytes = await (await client.getObject({ bucket: "bucket", key: "large" })).bytes();
  expect(Buffer.compare(bytes, body)).toBe(0);
  expect(readAhead.used).toBeLessThanOrEqual(readAhead.maxBytes);
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => readAhead.used).toBe(0);
});
