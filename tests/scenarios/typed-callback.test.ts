// A callback that is defined once gives the handler and the uploader their types, and is checked on
// both sides. Lines that the compiler must refuse are marked: if it accepted one, this file would
// not compile.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Client, createClient } from "@ossicle/client";
import {
  accept,
  type AdapterOptions,
  type CallbackHandler,
  defineCallback,
  nodeCallback,
  typedCallback,
} from "@ossicle/kit";
import { startStore, type TestStore } from "@ossicle/server/testing";
import * as v from "valibot";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";

const saved = defineCallback({
  variables: {
    key: "object",
    size: "size",
    width: "imageInfo.width",
    user: "x:user",
  },
  answer: z.object({ url: z.string(), at: z.iso.datetime().transform((text) => new Date(text)) }),
});

let store: TestStore;
let client: Client;
let application: Server;
let handler: CallbackHandler;
let errors: unknown[];

beforeAll(async () => {
  store = await startStore();
  const { url: endpoint, region, credentials } = store;
  client = createClient({ endpoint, region, credentials });
  const options: AdapterOptions = {
    trustedKeyUrls: [`${endpoint}/_ossicle/callback-keys/`],
    onError: (cause) => errors.push(cause),
  };
  application = createServer((request, response) => {
    void nodeCallback((callback) => handler(callback), options)(request, response);
  });
  await new Promise<void>((resolve) => {
    application.listen(0, "127.0.0.1", resolve);
  });
  await client.putBucket({ bucket: "typed" });
});
beforeEach(() => {
  errors = [];
});
afterAll(async () => {
  application.close();
  await store.close();
});

const target = () => ({
  url: `http://127.0.0.1:${(application.address() as AddressInfo).port}/cb`,
});

test("the handler's variables and the uploader's answer are of the defined types", async () => {
  const at = "2026-11-28T12:00:00Z";
  handler = typedCallback(saved, ({ key, size, width, user }) => {
    const typed: { key: string; size: number; width: number | undefined; user: string } = {
      key,
      size,
      width,
      user,
    };
    return { url: JSON.stringify(typed), at };
  });
  const result = await client.putObject({
    bucket: "typed",
    key: "a b",
    body: "hello",
    callback: saved.request(target(), { user: "ü" }),
  });
  const answer: { url: string; at: Date } = await saved.answerOf(result);
  expect(answer.at).toEqual(new Date(at));
  expect(JSON.parse(answer.url)).toEqual({ key: "a b", size: 5, user: "ü" });
});

test("the compiler refuses variables and answers that do not match the definition", () => {
  // @ts-expect-error -- no such variable of OSS
  defineCallback({ variables: { key: "Object" }, answer: z.string() });
  // @ts-expect-error -- the uploader's own variable is missing
  saved.request(target());
  // @ts-expect-error -- there is no such variable
  saved.request(target(), { user: "u", other: "x" });
  // @ts-expect-error -- not what was defined as the answer
  typedCallback(saved, () => ({ url: 7 }));
  // @ts-expect-error -- size is a number
  typedCallback(saved, ({ size }) => ({ url: size.trim(), at: "" }));
  const plain = defineCallback({ variables: { key: "object" }, answer: z.object({}) });
  expect(plain.request(target())).toEqual({
    ...target(),
    body: '{"key":${object}}',
    bodyType: "application/json",
  });
});

test.each([
  ["the answer itself", { id: 1.5 }],
  ["the answer as a reply", accept({ id: 1.5 })],
] as const)(
  "an answer that its schema refuses is the application's fault, and the uploader gets 203: %s",
  async (_form, given) => {
    const answer = v.object({ id: v.pipe(v.number(), v.integer()) });
    const counted = defineCallback({ variables: { key: "object" }, answer });
    handler = typedCallback(counted, () => given);
    const callback = counted.request(target());
    const upload = client.putObject({ bucket: "typed", key: "k", body: "x", callback });
    await expect(upload).rejects.toMatchObject({ name: "CallbackFailedError", status: 203 });
    expect(String(errors[0])).toMatch(/^AnswerInvalidError: .*does not match its definition: id: /);
  },
);

test("an answer or variables that do not match the definition are named in the error", async () => {
  handler = () => ({ uri: "/k" });
  const result = await client.putObject({
    bucket: "typed",
    key: "k",
    body: "x",
    callback: saved.request(target(), { user: "u" }),
  });
  await expect(saved.answerOf(result)).rejects.toMatchObject({
    name: "AnswerInvalidError",
    issues: [{ path: ["url"] }, { path: ["at"] }],
  });
  handler = typedCallback(saved, () => ({ url: "", at: "" }));
  const callback = { ...target(), body: "object=${object}" };
  const upload = client.putObject({ bucket: "typed", key: "k", body: "x", callback });
  await expect(upload).rejects.toMatchObject({ name: "CallbackFailedError" });
  expect(String(errors[0])).toContain("the callback's key is not a string: its uploader must");
});
