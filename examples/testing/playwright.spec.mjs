// Playwright: npx playwright test --config examples/testing/playwright.config.mjs
import { createClient } from "@ossicle/client";
import { storeFixture } from "@ossicle/server/testing";
import { test as base, expect } from "@playwright/test";
import { saveAvatar } from "./save-avatar.mjs";

const test = base.extend({
  store: storeFixture,
  client: async ({ store }, use) => {
    const { url: endpoint, region, credentials } = store;
    const client = createClient({ endpoint, region, credentials });
    await client.putBucket({ bucket: "avatars" });
    await use(client);
  },
});

test("an upload returns the application's answer", async ({ store, client }) => {
  store.callbacks.answerNext({ url: "/avatars/ada" });
  const answer = await saveAvatar(client, { user: "ada", picture: "…" });
  expect(answer).toEqual({ url: "/avatars/ada" });
  const { body } = await store.callbacks.next();
  expect(body).toMatch(/^user=ada&etag=[0-9A-F]{32}$/);
});

test("an upload is not confirmed when the application is down", async ({ store, client }) => {
  store.callbacks.failNext(503);
  expect(await saveAvatar(client, { user: "ada", picture: "…" })).toBeUndefined();
});
