// Node's own runner: node --test examples/testing/node.test.mjs
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { createClient } from "@ossicle/client";
import { startStore } from "@ossicle/server/testing";
import { saveAvatar } from "./save-avatar.mjs";

let store;
let client;

before(async () => {
  store = await startStore();
  const { url: endpoint, region, credentials } = store;
  client = createClient({ endpoint, region, credentials });
});
beforeEach(() => client.putBucket({ bucket: "avatars" }));
afterEach(() => store.reset());
after(() => store.close());

test("an upload returns the application's answer", async () => {
  store.callbacks.answerNext({ url: "/avatars/ada" });
  const answer = await saveAvatar(client, { user: "ada", picture: "…" });
  assert.deepEqual(answer, { url: "/avatars/ada" });
  const { body } = await store.callbacks.next();
  assert.match(body, /^user=ada&etag=[0-9A-F]{32}$/);
});

test("an upload is not confirmed when the application is down", async () => {
  store.callbacks.failNext(503);
  assert.equal(await saveAvatar(client, { user: "ada", picture: "…" }), undefined);
});
