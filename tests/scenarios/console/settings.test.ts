// The settings of a bucket in the console: what is saved acts on the store.
import { encodeParameter } from "@ossicle/protocol";
import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { bucket, ConsoleHarness } from "./console-harness.ts";

let harness: ConsoleHarness;
beforeAll(async () => {
  harness = await ConsoleHarness.start();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  await harness.open();
  await harness.signIn(`/buckets/${bucket}/settings`);
});
afterEach(() => harness.close());

const save = (card: Locator): Promise<void> =>
  card.getByRole("button", { name: "Save", exact: true }).click();

test("a delivery policy is explained before it is saved, and then acts", async () => {
  const card = harness.card("Delivery policy");
  await card.getByLabel("When a callback fails, the object is").selectOption("delete");
  await card.getByLabel("Rounds in all").fill("3");
  await card.getByLabel("First pause in seconds").fill("60");
  const preview = card.getByRole("group", { name: "What it does" });
  expect(await preview.innerText()).toContain("removed when its callback has failed");
  expect(await preview.innerText()).toContain(
    "up to 3 times: at once, and at the latest after 60s, 3m",
  );
  await card.getByRole("button", { name: "Add a rule" }).click();
  const callback = encodeParameter({
    callbackUrl: `${harness.application.url}/rule`,
    callbackBody: "o=${object}",
  });
  await card.getByLabel("x-oss-callback", { exact: true }).fill(callback);
  expect(await preview.innerText()).toContain(`${harness.application.url}/rule`);
  expect(await harness.faults()).toEqual([]);
  await save(card);
  const read = (): Promise<unknown> =>
    harness.client.getBucketDeliveryPolicy({ bucket }).then(
      ({ onFailure, retry }) => ({ onFailure, retry }),
      () => undefined,
    );
  await expect
    .poll(read)
    .toEqual({ onFailure: "delete", retry: { maxAttempts: 3, firstDelaySeconds: 60 } });
  await harness.client.putObject({ bucket, key: "by-rule", body: "x" });
  expect(harness.application.received.at(-1)).toMatchObject({ target: "/rule", body: "o=by-rule" });
  await card.getByRole("button", { name: "Remove the policy" }).click();
  await expect.poll(read).toBeUndefined();
});

test("a CORS rule is tried out before it is saved, and then decides for the store", async () => {
  const card = harness.card("CORS");
  const verdict = card.locator(".verdict");
  expect(await verdict.innerText()).toBe(
    "Without a rule, pages of other origins cannot use the bucket.",
  );
  await card.getByRole("button", { name: "Add a rule" }).click();
  expect(await verdict.innerText()).toBe("Allowed by rule 1.");
  await card.getByLabel("Origin of the page").fill("https://other.example");
  await card.getByText("Rule 1: the origin does not fit").waitFor();
  await card.getByLabel("Origin of the page").press("Enter"); // saves nothing
  await expect(harness.client.getBucketCors({ bucket })).rejects.toMatchObject({
    code: "NoSuchCORSConfiguration",
  });
  await save(card);
  await card.getByText("Saved.").waitFor();
  expect(await card.getByLabel("Origin of the page").inputValue()).toBe("https://other.example");
  const preflight = async (origin: string): Promise<number> => {
    const headers = { origin, "access-control-request-method": "PUT" };
    return (await fetch(`${harness.store}/${bucket}/k`, { method: "OPTIONS", headers })).status;
  };
  await expect.poll(() => preflight("https://example.com")).toBe(200);
  expect(await preflight("https://other.example")).toBe(403);
  await card.getByRole("button", { name: "Remove Rule 1" }).click();
  await save(card);
  await expect.poll(() => preflight("https://example.com")).toBe(403);
});

test("a stored callback is used by uploads that name it", async () => {
  const card = harness.card("Stored callbacks");
  await card.getByRole("button", { name: "Add", exact: true }).click();
  await card.getByLabel("Name").fill("on-upload");
  const callback = encodeParameter({
    callbackUrl: `${harness.application.url}/stored`,
    callbackBody: "o=${object}",
  });
  await card.getByLabel("x-oss-callback", { exact: true }).fill(callback);
  await save(card);
  const named = { callback: encodeParameter({ callbackPolicy: "on-upload" }) };
  const upload = async (): Promise<string | undefined> => {
    const stored = await harness.client
      .putObject({ bucket, key: "named", body: "x", callback: named })
      .catch(() => undefined);
    return stored?.callback?.text();
  };
  await expect.poll(upload).toBe('{"Status":"OK"}');
});

test("access, versioning and tags are changed", async () => {
  const { page, client } = harness;
  page.once("dialog", (dialog) => void dialog.accept());
  await page.getByRole("combobox", { name: "Access" }).selectOption("public-read");
  await harness.card("Versioning").getByRole("button", { name: "Enable" }).click();
  await page.getByText("Every change makes a version.").waitFor();
  const tags = harness.card("Tags");
  await tags.getByRole("button", { name: "Add" }).click();
  await tags.getByLabel("Key of the tag").fill("team");
  await tags.getByLabel("Value of the tag").fill("media");
  await save(tags);
  const read = async (): Promise<unknown> => {
    const { accessControlList } = await client.getBucketAcl({ bucket });
    const { status } = await client.getBucketVersioning({ bucket });
    const { tagSet } = await client.getBucketTags({ bucket });
    return [accessControlList.grant, status, tagSet.tags];
  };
  await expect.poll(read).toEqual(["public-read", "Enabled", [{ key: "team", value: "media" }]]);
});

test("a setting that the store refuses stays in the form, with the store's reason", async () => {
  const card = harness.card("Delivery policy");
  await card.getByLabel("Rounds in all").fill("5000");
  await save(card);
  await card
    .getByRole("alert")
    .filter({ hasText: "MaxAttempts must be between 1 and 1000" })
    .waitFor();
  expect(await card.getByLabel("Rounds in all").inputValue()).toBe("5000");
});
