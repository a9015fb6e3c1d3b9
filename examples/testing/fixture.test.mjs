// Vitest with a store for each test: npx vitest run --root examples/testing
import { createClient } from "@ossicle/client";
import { storeFixture } from "@ossicle/server/testing";
import { expect, test as base } from "vitest";
import { saveAvatar } from "./save-avatar.mjs";

const test = base.extend({ store: storeFixture });

test("an upload returns the application's answer", async ({ store }) => {
  const { url: endpoint, region, credentials } = store;
  const client = createClient({ endpoint, region, credentials });
  await client.putBucket({ bucket: "avatars" });
  store.callbacks.answerNext({ url: "/avatars/ada" });
  const answer = await saveAvatar(client, { user: "ada", picture: "…" });
  expect(answer).toEqual({ url: "/avatars/ada" });
});
