// Jest, as a user runs it:
//
//     export NODE_OPTIONS=--experimental-vm-modules
//     npx jest --rootDir examples/testing --testMatch '**/jest.test.mjs'
//
// Jest needs the flag for ES modules (https://jestjs.io/docs/ecmascript-modules). All packages of
// Ossicle are ES modules.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { createClient } from "@ossicle/client";
import { startStore } from "@ossicle/server/testing";
import { saveAvatar } from "./save-avatar.mjs";

let store;
let client;

beforeAll(async () => {
  store = await startStore();
  const { url: endpoint, region, credentials } = store;
  client = createClient({ endpoint, region, credentials });
});
beforeEach(() => client.putBucket({ bucket: "avatars" }));
afterEach(() => store.reset());
afterAll(() => store.close());

test("an upload returns the application's answer", async () => {
  store.callbacks.answerNext({ url: "/avatars/ada" });
  const answer = await saveAvatar(client, { user: "ada", picture: "…" });
  expect(answer).toEqual({ url: "/avatars/ada" });
  const { body } = await store.callbacks.next();
  expect(body).toMatch(/^user=ada&etag=[0-9A-F]{32}$/);
});

test("an upload is not confirmed when the application is down", async () => {
  store.callbacks.failNext(503);
  expect(await saveAvatar(client, { user: "ada", picture: "…" })).toBeUndefined();
});
