// Accounts, users and groups in the console: a user that is made there has the rights that it is
// given there.
import { createClient } from "@ossicle/client";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { runCommand, servedCredentials } from "../serve.ts";
import { bucket, ConsoleHarness } from "./console-harness.ts";

let harness: ConsoleHarness;
beforeAll(async () => {
  harness = await ConsoleHarness.start();
});
afterAll(() => harness.stop());
beforeEach(() => harness.open());
afterEach(() => harness.close());

const policy = JSON.stringify({
  Version: "1",
  Statement: [{ Effect: "Allow", Action: "oss:GetObject", Resource: `acs:oss:*:*:${bucket}/*` }],
});

async function add(kind: string, name: string): Promise<void> {
  const { page } = harness;
  await page.getByLabel("Secret of ak").fill(servedCredentials.accessKeySecret);
  await page.getByLabel("Add", { exact: true }).selectOption(kind);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("row").filter({ hasText: name }).first().waitFor();
}

async function addKeyFor(name: string): Promise<ReturnType<typeof createClient>> {
  const { page } = harness;
  await page.getByRole("button", { name: `Add a key for ${name}` }).click();
  const line = await page.getByRole("status").locator("pre").innerText();
  await page.getByRole("button", { name: "Close" }).click();
  const [, accessKeyId = "", accessKeySecret = ""] = /ID=(\S+) .*SECRET=(\S+)$/.exec(line) ?? [];
  return createClient({
    endpoint: harness.store,
    region: "cn-hangzhou",
    credentials: { accessKeyId, accessKeySecret },
  });
}

test("a user gets a key, a group and the group's policy, and loses them", async () => {
  await harness.client.putObject({ bucket, key: "k", body: "x" });
  await harness.signIn("/users");
  const { page } = harness;
  await add("group", "readers");
  await add("user", "app");
  const app = await addKeyFor("app");
  const read = async (): Promise<string> => (await app.getObject({ bucket, key: "k" })).text();
  await expect(read()).rejects.toMatchObject({ code: "AccessDenied" });
  await page.getByRole("button", { name: "Set a policy of readers" }).click();
  await page.getByLabel("Name of the policy").fill("read");
  await page.getByLabel("Policy in JSON").fill(policy);
  expect(await harness.faults()).toEqual([]);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("read", { exact: true }).waitFor();
  await page.getByLabel("Groups of app").fill("readers");
  await page.getByLabel("Groups of app").press("Enter");
  await expect.poll(read).toBe("x");
  expect(await harness.faults()).toEqual([]);
  page.on("dialog", (dialog) => void dialog.accept());
  await page.getByRole("button", { name: "Remove app" }).click();
  await page.getByRole("row").filter({ hasText: "app" }).waitFor({ state: "detached" });
  await expect(read()).rejects.toMatchObject({ code: "InvalidAccessKeyId" });
});

test("an account gets a key, and explains why it cannot be removed", async () => {
  await harness.signIn("/users");
  const { page } = harness;
  await add("account", "partner");
  const partner = await addKeyFor("partner");
  await partner.putBucket({ bucket: "theirs" });
  page.on("dialog", (dialog) => void dialog.accept());
  await page.getByRole("button", { name: "Remove partner" }).click();
  const alert = page.getByRole("alert");
  expect(await alert.innerText()).toContain("account partner owns the bucket theirs");
  await partner.deleteBucket({ bucket: "theirs" });
  await page.getByRole("button", { name: "Remove partner" }).click();
  await page.getByText("Only the store's own account.").waitFor();
});

test("mistakes are explained, and a temporary key changes nothing", async () => {
  await harness.signIn("/users");
  const { page } = harness;
  await add("user", "one");
  await page.getByLabel("Name", { exact: true }).fill("one");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  expect(await page.getByRole("alert").innerText()).toContain("there is a user one already");
  const made = await runCommand(["keys", "list", "--data", harness.data]);
  expect(made.code).toBe(0);
  await page.reload();
  expect(await page.getByRole("button", { name: "Remove one" }).isDisabled()).toBe(true);
});
