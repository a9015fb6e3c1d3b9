// `npm run pictures`: takes the pictures of the console in docs/images, of a store that a small
// shop uses: photos, reports, and an application that has been failing for a while.
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Client, createClient } from "@ossicle/client";
import { chromium, type Page } from "playwright-core";
import { program } from "../serve.ts";

const credentials = { accessKeyId: "shop", accessKeySecret: "secret-of-the-shop" } as const;
const region = "cn-hangzhou";
const bucket = "shop-photos";
const folder = fileURLToPath(new URL("../../../docs/images", import.meta.url));

/** How long uploads go on before the pictures are taken, in milliseconds. */
const loadMs = 270_000;

const data = await mkdtemp(join(tmpdir(), "ossicle-pictures-"));
const startedMs = performance.now();
const application = createServer((request, response) => {
  request.resume().on("end", () => {
    // For a third of the time, some answers are missing.
    const part = (performance.now() - startedMs) / loadMs;
    const fails = request.url === "/thumbnails" && part > 0.4 && part < 0.75 && Math.random() < 0.6;
    const body = fails ? "database is locked" : '{"saved":true}';
    const headers = { "content-type": "application/json", "content-length": body.length };
    setTimeout(() => response.writeHead(fails ? 500 : 200, headers).end(body), Math.random() * 20);
  });
});
await new Promise<void>((resolve) => {
  application.listen(0, "127.0.0.1", resolve);
});
const applicationUrl = `http://127.0.0.1:${(application.address() as AddressInfo).port}`;
const store = spawn(
  process.execPath,
  [program, "serve", "--data", data, "--port", "0", "--admin-port", "0"],
  {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      OSS_ACCESS_KEY_ID: credentials.accessKeyId,
      OSS_ACCESS_KEY_SECRET: credentials.accessKeySecret,
    },
  },
);
try {
  const [url, admin] = await new Promise<readonly [string, string]>((resolve, reject) => {
    let text = "";
    store.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = /OSS at (\S+)[\s\S]*deliveries at (\S+)/.exec(text);
      if (found !== null) resolve([found[1] ?? "", found[2] ?? ""]);
    });
    store.once("exit", () => reject(new Error(`the store ended: ${text}`)));
  });
  const client = createClient({ endpoint: url, region, credentials });
  await fill(client);
  await load(client);
  await mkdir(folder, { recursive: true });
  await takePictures(admin);
} finally {
  store.kill("SIGTERM");
  application.close();
  await rm(data, { recursive: true, force: true });
}

async function fill(to: Client): Promise<void> {
  await to.putBucket({ bucket });
  await to.putBucketVersioning({ bucket, status: "Enabled" });
  const names = ["bag", "boots", "cap", "coat", "gloves", "hat", "jacket", "jeans", "scarf"];
  for (const [at, name] of names.entries()) {
    const size = 20_000 + ((at * 37_321) % 150_000);
    const body = new Uint8Array(size);
    await to.putObject({ bucket, key: `2026/autumn/${name}.jpg`, body, contentType: "image/jpeg" });
  }
  const report = JSON.stringify({ month: "2026-11", orders: 1_284, returns: 31 });
  await to.putObject({ bucket, key: "2026/report.json", body: report });
}

async function load(to: Client): Promise<void> {
  const underWay: Promise<unknown>[] = [];
  for (let at = 0; performance.now() - startedMs < loadMs; at += 1) {
    const path = at % 4 === 0 ? "/thumbnails" : "/orders";
    const callback = { url: applicationUrl + path, body: "object=${object}&size=${size}" };
    const key = `orders/2026-11-30/${1_000 + at}/photo.jpg`;
    const body = new Uint8Array(2_000 + ((at * 7_919) % 30_000));
    const wanted = { bucket, key, body, contentType: "image/jpeg", callback };
    underWay.push(to.putObject(wanted).catch(() => undefined));
    const rate = 12 + 8 * Math.sin(at / 150) + Math.random() * 4;
    await new Promise((resolve) => {
      setTimeout(resolve, 1_000 / rate);
    });
  }
  await Promise.all(underWay);
}

async function takePictures(admin: string): Promise<void> {
  const executablePath = "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const viewport = { width: 1_200, height: 760 };
  const context = await browser.newContext({ viewport, locale: "en-GB", colorScheme: "light" });
  const page = await context.newPage();
  const take = async (name: string): Promise<void> => {
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: join(folder, `console-${name}.png`) });
  };
  await signIn(page, admin);
  await page.goto(`${admin}/console?minutes=5`);
  await take("overview");
  await page.goto(`${admin}/console/deliveries?state=failed&live=no`);
  await page.getByRole("table").getByRole("link").first().click();
  await take("delivery");
  await page.goto(`${admin}/console/buckets/${bucket}?prefix=2026/autumn/`);
  await take("objects");
  await page.goto(`${admin}/console/lab`);
  await page.getByLabel(/^URL; several/).fill(`${applicationUrl}/orders`);
  await take("lab");
  await browser.close();
}

async function signIn(page: Page, admin: string): Promise<void> {
  await page.goto(`${admin}/console`);
  await page.getByLabel("Access key ID").fill(credentials.accessKeyId);
  await page.getByLabel("Access key secret").fill(credentials.accessKeySecret);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}
