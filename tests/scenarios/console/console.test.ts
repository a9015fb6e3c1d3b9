// The console in Chromium, on a served store and a real application that fails at times.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Client, createClient } from "@ossicle/client";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Application, answerJson, startApplication } from "../application.ts";
import { runCommand, serveFolder, type Served, servedCredentials } from "../serve.ts";

/** Where screenshots of the run are kept. */
const pictures = fileURLToPath(new URL("../../../.cache/console", import.meta.url));
const bucket = "photos";

let data: string;
let served: Served;
let admin: string;
let application: Application;
let client: Client;
let isBroken = false;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Addresses of all requests of the page, and all that it sent. */
let addresses: string[];
let sent: string;

beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  data = await mkdtemp(join(tmpdir(), "ossicle-console-"));
  served = await serveFolder(data, ["--log-level", "silent", "--admin-port", "0"]);
  admin = /deliveries at (\S+)/.exec(served.output())?.[1] ?? "";
  application = await startApplication((response) => {
    if (isBroken) response.writeHead(500, { "content-type": "text/plain" }).end("out of disk");
    else answerJson(response);
  });
  client = createClient({
    endpoint: served.url,
    region: "cn-hangzhou",
    credentials: servedCredentials,
  });
  await client.putBucket({ bucket });
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
});
afterAll(async () => {
  await browser.close();
  await application.close();
  served.child.kill("SIGTERM");
  await served.exited;
  await rm(data, { recursive: true, force: true });
});
beforeEach(async () => {
  isBroken = false;
  addresses = [];
  sent = "";
  context = await browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 860 } });
  page = await context.newPage();
  page.on("request", (request) => {
    addresses.push(request.url());
    sent += JSON.stringify([request.url(), request.headers(), request.postData()]);
  });
});
afterEach(() => context.close());

async function signIn(path = "/console", credentials = servedCredentials): Promise<void> {
  await page.goto(admin + path);
  await page.getByLabel("Access key ID").fill(credentials.accessKeyId);
  await page.getByLabel("Access key secret").fill(credentials.accessKeySecret);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

async function upload(key: string): Promise<void> {
  const callback = { url: `${application.url}/uploaded`, body: "object=${object}&size=${size}" };
  await client.putObject({ bucket, key, body: "x", callback }).catch(() => undefined);
}

const row = (key: string) => page.getByRole("row").filter({ hasText: `${bucket}/${key}` });
const shows = (key: string, state: string): Promise<void> =>
  row(key).getByText(state, { exact: true }).waitFor();

/** The serious faults that axe finds on the page. */
async function faultsOf(): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<{ violations: { id: string; impact: string }[] }>("axe.run()");
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id }) => id);
}

describe("signing in", () => {
  test("sends no secret, and keeps a temporary key only", async () => {
    await signIn();
    expect(sent).not.toContain(servedCredentials.accessKeySecret);
    const kept = await page.evaluate(() => JSON.stringify([sessionStorage, localStorage]));
    expect(kept).toContain("securityToken");
    expect(kept).not.toContain(servedCredentials.accessKeySecret);
    await page.reload();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    expect(addresses.every((address) => address.startsWith(admin))).toBe(true);
  });

  test("explains a wrong secret", async () => {
    await page.goto(admin);
    await page.getByLabel("Access key ID").fill("ak");
    await page.getByLabel("Access key secret").fill("wrong");
    await page.keyboard.press("Enter");
    expect(await page.getByRole("alert").innerText()).toContain("the secret is wrong");
    expect(await faultsOf()).toEqual([]);
  });

  test("ends at once when the key is revoked", async () => {
    const added = await runCommand(["keys", "add", "--data", data, "--json"]);
    const key = JSON.parse(added.output) as typeof servedCredentials;
    await signIn("/console/deliveries", key);
    await runCommand(["keys", "revoke", key.accessKeyId, "--data", data]);
    await page.getByText("The session is over. Sign in again.").waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });
});

describe("deliveries", () => {
  test("appear while the page is open, and explain why a callback failed", async () => {
    await signIn("/console/deliveries");
    isBroken = true;
    await upload("live/<b>.jpg");
    await shows("live/<b>.jpg", "failed");
    await page.getByRole("link", { name: `${bucket}/live/<b>.jpg` }).click();
    await page.getByText("Why: answered 500 to POST /uploaded: the application failed").waitFor();
    expect(await page.locator("pre").first().innerText()).toBe("object=live%2F%3Cb%3E.jpg&size=1");
    for (const stage of ["connection", "first byte"]) {
      expect(await page.locator(".timeline li").filter({ hasText: stage }).count()).toBe(1);
    }
    expect(await faultsOf()).toEqual([]);
  });

  test("are replayed one by one, and the page shows the outcome", async () => {
    isBroken = true;
    await upload("one.jpg");
    await signIn("/console/deliveries?prefix=one.jpg");
    await page.getByRole("link", { name: `${bucket}/one.jpg` }).click();
    isBroken = false;
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByText("the application confirmed it").waitFor();
    await page.getByRole("heading", { name: /answered 200/ }).waitFor();
    expect(await page.getByRole("button", { name: "Replay" }).isDisabled()).toBe(true);
  });

  test("are replayed by selection and by filter", async () => {
    isBroken = true;
    for (const key of ["many/1", "many/2", "many/3", "other/1"]) await upload(key);
    isBroken = false;
    await signIn("/console/deliveries");
    expect(await page.getByRole("button", { name: "Replay all that match" }).isDisabled()).toBe(
      true,
    );
    // The page is drawn again while the filter is typed.
    await page.getByLabel("Key begins with").pressSequentially("many/", { delay: 600 });
    await page.keyboard.press("Enter");
    await expect.poll(() => page.getByRole("row").count()).toBe(4);
    await row("many/1").getByRole("checkbox").check();
    await page.getByRole("button", { name: "Replay 1 selected" }).click();
    await shows("many/1", "delivered");
    await page.getByRole("button", { name: "Replay all that match" }).click();
    await page.getByText("2 will be sent again.").waitFor();
    await shows("many/2", "delivered");
    await shows("many/3", "delivered");
    await page.goto(`${admin}/console/deliveries?prefix=other/`);
    await shows("other/1", "failed");
  });

  test("keep filters and pages in the address, also for Back", async () => {
    for (let at = 0; at < 55; at += 1) await upload(`paged/${at}`);
    await signIn("/console/deliveries?prefix=paged/");
    await page.getByLabel("State").selectOption("delivered");
    await row("paged/54").waitFor();
    await page.getByRole("link", { name: "Older" }).click();
    await row("paged/0").waitFor();
    expect(page.url()).toMatch(/\?prefix=paged%2F&state=delivered&after=[0-9A-F]{24}$/);
    await page.goBack();
    await row("paged/54").waitFor();
    await page.goBack();
    expect(await page.getByLabel("State").inputValue()).toBe("");
  });

  test("say that there is none, and that an address is wrong", async () => {
    await signIn("/console/deliveries?bucket=none");
    const text = (): Promise<string> => page.getByRole("main").innerText();
    await expect.poll(text).toContain("No deliveries match.");
    await page.goto(`${admin}/console/deliveries/${"0".repeat(24)}`);
    await expect.poll(text).toContain("There is no such delivery.");
    await page.goto(`${admin}/console/nowhere`);
    await expect.poll(text).toContain("There is no such page.");
  });
});

describe("access keys", () => {
  test("are added with a secret that is shown once, and revoked", async () => {
    await signIn("/console/keys");
    await page.getByLabel("What it is for").fill("a build server");
    await page.getByLabel("Secret of ak").fill(servedCredentials.accessKeySecret);
    await page.getByRole("button", { name: "Add a key" }).click();
    const line = await page.getByRole("status").locator("pre").innerText();
    const [, accessKeyId = "", accessKeySecret = ""] =
      /^export OSS_ACCESS_KEY_ID=(\S+) OSS_ACCESS_KEY_SECRET=(\S+)$/.exec(line) ?? [];
    const other = createClient({
      endpoint: served.url,
      region: "cn-hangzhou",
      credentials: { accessKeyId, accessKeySecret },
    });
    await other.putObject({ bucket, key: "by-another-key", body: "x" });
    expect(await faultsOf()).toEqual([]);
    await page.getByRole("button", { name: "Done" }).click();
    await page.reload();
    const added = page.getByRole("row").filter({ hasText: accessKeyId });
    expect(await added.innerText()).toContain("a build server");
    expect(await page.content()).not.toContain(accessKeySecret);
    await page.getByLabel("Secret of ak").fill(servedCredentials.accessKeySecret);
    page.once("dialog", (dialog) => void dialog.accept());
    await added.getByRole("button").click();
    await added.waitFor({ state: "detached" });
    const refused = other.putObject({ bucket, key: "by-another-key", body: "x" });
    await expect(refused).rejects.toMatchObject({ code: "InvalidAccessKeyId" });
  });
});

describe("the overview", () => {
  test("counts by endpoint, and names the latest failures with their reasons", async () => {
    isBroken = true;
    await upload("overview.jpg");
    await signIn();
    const failure = page.getByRole("listitem").filter({ hasText: `${bucket}/overview.jpg` });
    expect(await failure.innerText()).toContain("answered 500 to POST /uploaded");
    const endpoint = page.getByRole("row").filter({ hasText: application.url });
    await endpoint.getByRole("link", { name: application.url }).click();
    await shows("overview.jpg", "failed");
    expect(page.url()).toContain(`endpoint=${encodeURIComponent(application.url)}&since=24h`);
  });
});

describe("the pages", () => {
  test("show a store that stops to answer, and go on when it answers again", async () => {
    await signIn("/console/deliveries");
    await context.setOffline(true);
    const text = (): Promise<string> => page.getByRole("main").innerText();
    await expect.poll(text).toContain("The store cannot be reached.");
    await context.setOffline(false);
    await expect.poll(text).not.toContain("The store cannot be reached.");
  });

  test("are usable by keyboard, in both languages, light and dark, wide and narrow", async () => {
    isBroken = true;
    await upload("报告/年度.pdf");
    isBroken = false;
    await upload("2026/photo.jpg");
    await signIn();
    await page.getByRole("table").waitFor();
    const open = ["", "/deliveries", "/deliveries?state=failed"];
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 860 });
        for (const path of open) {
          await page.goto(`${admin}/console${path}`);
          await page.getByRole("table").waitFor();
          expect(await faultsOf(), `${path} ${scheme} ${width}`).toEqual([]);
          const name = path.replace(/\W+/g, "-") || "-overview";
          await page.screenshot({ path: join(pictures, `console${name}-${scheme}-${width}.png`) });
          const wide = "document.documentElement.scrollWidth > innerWidth";
          expect(await page.evaluate(wide), `${path} scrolls sideways`).toBe(false);
        }
      }
    }
    await page.getByLabel("Language").selectOption("zh-CN");
    await page.getByRole("heading", { name: "回调投递" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "退出" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("zh-CN");
    // The first stop of the Tab key leads past the navigation.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
  });

  test("load no code that is not their own, and cannot be framed", async () => {
    const answer = await page.goto(`${admin}/console`);
    const { "content-security-policy": policy = "", "x-frame-options": frames } =
      answer?.headers() ?? {};
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|http:|\*/);
    expect([policy.includes("frame-ancestors 'none'"), frames]).toEqual([true, "DENY"]);
    const ran = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'ran'";
      document.body.append(script);
      return document.title;
    });
    expect(ran).not.toBe("ran");
  });
});
