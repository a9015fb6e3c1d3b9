// The console in Chromium, on a served store and a real application that fails at times: signing
// in, deliveries, keys, the overview, and what holds for every page.
import { createClient } from "@ossicle/client";
import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runCommand, servedCredentials } from "../serve.ts";
import { bucket, ConsoleHarness } from "./console-harness.ts";

let harness: ConsoleHarness;
beforeAll(async () => {
  harness = await ConsoleHarness.start();
});
afterAll(() => harness.stop());
beforeEach(() => harness.open());
afterEach(() => harness.close());

const row = (key: string): Locator =>
  harness.page.getByRole("row").filter({ hasText: `${bucket}/${key}` });
const shows = (key: string, state: string): Promise<void> =>
  row(key).getByText(state, { exact: true }).waitFor();

describe("signing in", () => {
  test("sends no secret, and keeps a temporary key only", async () => {
    await harness.signIn();
    expect(harness.sent).not.toContain(servedCredentials.accessKeySecret);
    const kept = await harness.page.evaluate(() => JSON.stringify([sessionStorage, localStorage]));
    expect(kept).toContain("securityToken");
    expect(kept).not.toContain(servedCredentials.accessKeySecret);
    await harness.page.reload();
    await harness.page.getByRole("button", { name: "Sign out" }).click();
    await harness.page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(await harness.page.evaluate(() => sessionStorage.length)).toBe(0);
    expect(harness.addresses.every((address) => address.startsWith(harness.admin))).toBe(true);
  });

  test("explains a wrong secret", async () => {
    await harness.page.goto(harness.admin);
    await harness.page.getByLabel("Access key ID").fill("ak");
    await harness.page.getByLabel("Access key secret").fill("wrong");
    await harness.page.keyboard.press("Enter");
    expect(await harness.page.getByRole("alert").innerText()).toContain("the secret is wrong");
    expect(await harness.faults()).toEqual([]);
  });

  test("ends at once when the key is revoked", async () => {
    const added = await runCommand(["keys", "add", "--data", harness.data, "--json"]);
    const key = JSON.parse(added.output) as typeof servedCredentials;
    await harness.signIn("/deliveries", key);
    await runCommand(["keys", "revoke", key.accessKeyId, "--data", harness.data]);
    await harness.page.getByText("The session is over. Sign in again.").waitFor();
    expect(await harness.page.evaluate(() => sessionStorage.length)).toBe(0);
  });
});

describe("deliveries", () => {
  test("appear while the page is open, and explain why a callback failed", async () => {
    await harness.signIn("/deliveries");
    harness.breakApplication(true);
    await harness.upload("live/<b>.jpg");
    await shows("live/<b>.jpg", "failed");
    await harness.page.getByRole("link", { name: `${bucket}/live/<b>.jpg` }).click();
    await harness.page
      .getByText("Why: answered 500 to POST /uploaded: the application failed")
      .waitFor();
    expect(await harness.page.locator("dd pre").innerText()).toBe(
      "object=live%2F%3Cb%3E.jpg&size=1",
    );
    await harness.page.getByText("The whole request, with its signature").click();
    await harness.page.getByText("Its signature is valid for path, query and body").waitFor();
    for (const stage of ["connection", "first byte"]) {
      expect(await harness.page.locator(".timeline li").filter({ hasText: stage }).count()).toBe(1);
    }
    expect(await harness.faults()).toEqual([]);
  });

  test("are replayed one by one, and the page shows the outcome", async () => {
    harness.breakApplication(true);
    await harness.upload("one.jpg");
    await harness.signIn("/deliveries?prefix=one.jpg");
    await harness.page.getByRole("link", { name: `${bucket}/one.jpg` }).click();
    harness.breakApplication(false);
    await harness.page.getByRole("button", { name: "Replay" }).click();
    await harness.page.getByText("the application confirmed it").waitFor();
    await harness.page.getByRole("heading", { name: /answered 200/ }).waitFor();
    expect(await harness.page.getByRole("button", { name: "Replay" }).isDisabled()).toBe(true);
  });

  test("are replayed by selection and by filter", async () => {
    harness.breakApplication(true);
    for (const key of ["many/1", "many/2", "many/3", "other/1"]) await harness.upload(key);
    harness.breakApplication(false);
    await harness.signIn("/deliveries");
    expect(
      await harness.page.getByRole("button", { name: "Replay all that match" }).isDisabled(),
    ).toBe(true);
    // The page is drawn again while the filter is typed.
    await harness.page.getByLabel("Key begins with").pressSequentially("many/", { delay: 600 });
    await harness.page.keyboard.press("Enter");
    await expect.poll(() => harness.page.getByRole("row").count()).toBe(4);
    await row("many/1").getByRole("checkbox").check();
    await harness.page.getByRole("button", { name: "Replay 1 selected" }).click();
    await shows("many/1", "delivered");
    harness.page.once("dialog", (dialog) => void dialog.accept());
    await harness.page.getByRole("button", { name: "Replay all that match" }).click();
    await harness.page.getByText("2 will be sent again.").waitFor();
    await shows("many/2", "delivered");
    await shows("many/3", "delivered");
    await harness.page.goto(`${harness.admin}/console/deliveries?prefix=other/`);
    await shows("other/1", "failed");
  });

  test("keep filters and pages in the address, also for Back", async () => {
    for (let at = 0; at < 55; at += 1) await harness.upload(`paged/${at}`);
    await harness.signIn("/deliveries?prefix=paged/");
    await harness.page.getByLabel("State").selectOption("delivered");
    await row("paged/54").waitFor();
    await harness.page.getByRole("link", { name: "Older" }).click();
    await row("paged/0").waitFor();
    expect(harness.page.url()).toMatch(/\?prefix=paged%2F&state=delivered&after=[0-9A-F]{24}$/);
    await harness.page.goBack();
    await row("paged/54").waitFor();
    await harness.page.goBack();
    expect(await harness.page.getByLabel("State").inputValue()).toBe("");
  });

  test("say that there is none, and that an address is wrong", async () => {
    await harness.signIn("/deliveries?bucket=none");
    const text = (): Promise<string> => harness.text();
    await expect.poll(text).toContain("No deliveries match.");
    await harness.page.goto(`${harness.admin}/console/deliveries/${"0".repeat(24)}`);
    await expect.poll(text).toContain("There is no such delivery.");
    await harness.page.goto(`${harness.admin}/console/nowhere`);
    await expect.poll(text).toContain("There is no such page.");
  });
});

describe("access keys", () => {
  test("are added with a secret that is shown once, and revoked", async () => {
    await harness.signIn("/keys");
    await harness.page.getByLabel("What it is for").fill("a build server");
    await harness.page.getByLabel("Secret of ak").fill(servedCredentials.accessKeySecret);
    await harness.page.getByRole("button", { name: "Add a key" }).click();
    const line = await harness.page.getByRole("status").locator("pre").innerText();
    const [, accessKeyId = "", accessKeySecret = ""] =
      /^export OSS_ACCESS_KEY_ID=(\S+) OSS_ACCESS_KEY_SECRET=(\S+)$/.exec(line) ?? [];
    const other = createClient({
      endpoint: harness.store,
      region: "cn-hangzhou",
      credentials: { accessKeyId, accessKeySecret },
    });
    await other.putObject({ bucket, key: "by-another-key", body: "x" });
    expect(await harness.faults()).toEqual([]);
    await harness.page.getByRole("button", { name: "Close" }).click();
    await harness.page.reload();
    const added = harness.page.getByRole("row").filter({ hasText: accessKeyId });
    expect(await added.innerText()).toContain("a build server");
    expect(await harness.page.content()).not.toContain(accessKeySecret);
    await harness.page.getByLabel("Secret of ak").fill(servedCredentials.accessKeySecret);
    harness.page.once("dialog", (dialog) => void dialog.accept());
    await added.getByRole("button").click();
    await added.waitFor({ state: "detached" });
    const refused = other.putObject({ bucket, key: "by-another-key", body: "x" });
    await expect(refused).rejects.toMatchObject({ code: "InvalidAccessKeyId" });
  });
});

describe("temporary keys", () => {
  test("are shown once with their token, end, and may be narrowed to reads", async () => {
    await harness.client.putObject({ bucket, key: "readable", body: "x" });
    await harness.signIn("/keys");
    const { page } = harness;
    await page.getByLabel("Secret of ak").fill(servedCredentials.accessKeySecret);
    await page.getByLabel("Valid").selectOption("900");
    await page.getByLabel("May only read").check();
    await page.getByRole("button", { name: "Add a key" }).click();
    const line = await page.getByRole("status").locator("pre").innerText();
    const pattern = /ID=(\S+) OSS_ACCESS_KEY_SECRET=(\S+) OSS_SESSION_TOKEN=(\S+)$/;
    const [, accessKeyId = "", accessKeySecret = "", securityToken = ""] = pattern.exec(line) ?? [];
    const reader = createClient({
      endpoint: harness.store,
      region: "cn-hangzhou",
      credentials: { accessKeyId, accessKeySecret, securityToken },
    });
    expect(await (await reader.getObject({ bucket, key: "readable" })).text()).toBe("x");
    const refused = reader.putObject({ bucket, key: "written", body: "x" });
    await expect(refused).rejects.toMatchObject({ code: "AccessDenied" });
  });
});

describe("tabs", () => {
  test("of one browser share a session, and sign out together", async () => {
    await harness.signIn("/deliveries");
    const other = await harness.context.newPage();
    await other.goto(`${harness.admin}/console/buckets`);
    await other.getByRole("link", { name: bucket, exact: true }).waitFor();
    await other.getByRole("button", { name: "Sign out" }).click();
    await harness.page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(await harness.page.evaluate(() => sessionStorage.length)).toBe(0);
  });
});

describe("the overview", () => {
  test("draws what has happened, and says it in words too", async () => {
    await harness.upload("charted.jpg");
    await harness.signIn();
    const chart = harness.page.getByRole("img", { name: /^Chart: Uploads/ });
    await chart.waitFor();
    expect(await harness.page.locator(".chart canvas").count()).toBe(6);
    await expect
      .poll(() => chart.getAttribute("aria-label"), { timeout: 30_000 })
      .toMatch(/stored 0\.\d\/s|stored [1-9]/);
    await harness.page.getByRole("combobox", { name: /^Range/ }).selectOption("15");
    expect(harness.page.url()).toContain("minutes=15");
  }, 60_000);

  test("counts by endpoint, and names the latest failures with their reasons", async () => {
    harness.breakApplication(true);
    await harness.upload("overview.jpg");
    await harness.signIn();
    const failure = harness.page
      .getByRole("listitem")
      .filter({ hasText: `${bucket}/overview.jpg` });
    expect(await failure.innerText()).toContain("answered 500 to POST /uploaded");
    const line = harness.page.getByRole("row").filter({ hasText: harness.application.url });
    expect(await line.innerText()).toContain("Last failure: answered 500 to POST /uploaded");
    const endpoint = harness.page.getByRole("row").filter({ hasText: harness.application.url });
    await endpoint.getByRole("link", { name: harness.application.url }).click();
    await shows("overview.jpg", "failed");
    expect(harness.page.url()).toContain(
      `endpoint=${encodeURIComponent(harness.application.url)}&since=24h`,
    );
  });
});

describe("the pages", () => {
  test("show a store that stops to answer, and go on when it answers again", async () => {
    await harness.signIn("/deliveries");
    await harness.context.setOffline(true);
    const text = (): Promise<string> => harness.text();
    await expect.poll(text).toContain("The store cannot be reached.");
    await harness.context.setOffline(false);
    await expect.poll(text).not.toContain("The store cannot be reached.");
  });

  test("are usable by keyboard, in both languages, light and dark, wide and narrow", async () => {
    harness.breakApplication(true);
    await harness.upload("报告/年度.pdf");
    harness.breakApplication(false);
    await harness.upload("2026/photo.jpg");
    const body = JSON.stringify({ long: "x".repeat(3_000) });
    await harness.client.putObject({ bucket, key: "long.json", body, contentType: "text/plain" });
    await harness.signIn();
    await harness.page.getByRole("table").waitFor();
    const id = harness.application.received.at(-1)?.headers["x-oss-request-id"];
    const open: readonly string[] = [
      "",
      "/deliveries",
      "/deliveries?state=failed",
      `/deliveries/${String(id)}`,
      "/buckets",
      `/buckets/${bucket}`,
      `/buckets/${bucket}?versions=yes`,
      `/buckets/${bucket}/object?key=2026/photo.jpg`,
      `/buckets/${bucket}/object?key=long.json`,
      `/buckets/${bucket}/settings`,
      "/lab",
      "/users",
      "/keys",
    ];
    for (const scheme of ["light", "dark"] as const) {
      await harness.page.emulateMedia({ colorScheme: scheme });
      for (const width of [1280, 390]) {
        await harness.page.setViewportSize({ width, height: 860 });
        for (const path of open) {
          await harness.page.goto(`${harness.admin}/console${path}`);
          await harness.page.getByRole("heading", { level: 1 }).waitFor();
          await expect.poll(() => harness.text()).not.toContain("Loading …");
          expect(await harness.faults(), `${path} ${scheme} ${width}`).toEqual([]);
          const name = path.replace(/\W+/g, "-") || "-overview";
          await harness.picture(`console${name}-${scheme}-${width}`);
          const wide = "document.documentElement.scrollWidth > innerWidth";
          expect(await harness.page.evaluate(wide), `${path} scrolls sideways`).toBe(false);
        }
      }
    }
    await harness.goTo("/deliveries");
    await harness.page.getByLabel("Language").selectOption("zh-CN");
    await harness.page.getByRole("heading", { name: "回调投递" }).waitFor();
    await harness.page.reload();
    await harness.page.getByRole("button", { name: "退出登录" }).waitFor();
    expect(await harness.page.evaluate(() => document.documentElement.lang)).toBe("zh-CN");
    // The first stop of the Tab key leads past the navigation.
    await harness.page.keyboard.press("Tab");
    await harness.page.keyboard.press("Enter");
    expect(await harness.page.evaluate(() => document.activeElement?.id)).toBe("content");
  }, 180_000);

  test("load no code that is not their own, and cannot be framed", async () => {
    const answer = await harness.page.goto(`${harness.admin}/console`);
    const { "content-security-policy": policy = "", "x-frame-options": frames } =
      answer?.headers() ?? {};
    expect(policy).toContain("default-src 'none'; script-src 'self'; worker-src 'self'");
    expect(policy).toContain("style-src 'self'; img-src");
    expect(policy.replaceAll(new URL(harness.store).origin, "")).not.toMatch(/unsafe|http:|\*/);
    expect([policy.includes("frame-ancestors 'none'"), frames]).toEqual([true, "DENY"]);
    const ran = await harness.page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'ran'";
      document.body.append(script);
      return document.title;
    });
    expect(ran).not.toBe("ran");
  });
});
