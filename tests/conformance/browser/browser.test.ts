// Our own client inside Chromium: a page that the store serves runs the built package and reports
// back to the store.
import { fileURLToPath } from "node:url";
import { createClient, OssError } from "@ossicle/client";
import { createUploadTicket } from "@ossicle/kit";
import { build } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import { openApplication, openTarget } from "../harness.ts";
import { openPage } from "./open-page.ts";
import type { PageReport, PageTask } from "./page.ts";

/** Longest time for a page's stories, in milliseconds. */
const pageTimeoutMs = 60_000;

const stories = [
  "sends bodies of every kind",
  "reports the progress of a large body",
  "stores nothing when an upload is aborted",
  "cancels a stalled body stream when the upload times out",
  "returns the application's answer to a callback",
  "reports a failed callback and leaves the object stored",
  "stores nothing when callback parameters are refused",
  "reads a range, lists objects and deletes one",
  "presigns a URL that fetch can read",
  "uploads by a ticket with fetch alone",
];

const target = await openTarget();
const application = await openApplication();
afterAll(async () => {
  await application.close();
  await target.close();
});
const { endpoint, region, accessKeyId, accessKeySecret } = target;
const client = createClient({ endpoint, region, credentials: { accessKeyId, accessKeySecret } });
const script = await bundlePage();

for (const signatureVersion of ["V4", "V1"] as const) {
  const report = await reportOf(signatureVersion);
  describe(`@ossicle/client in Chromium under ${signatureVersion}`, () => {
    test.each(stories)("%s", (story) => {
      expect(report[story]).toBe("");
    });

    test("reports these stories and no others", () => {
      expect(Object.keys(report)).toEqual(stories);
    });
  });
}

async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("page.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

/** Runs the stories in a page, and returns the page's report. */
async function reportOf(signatureVersion: PageTask["signatureVersion"]): Promise<PageReport> {
  const bucket = `browser-${signatureVersion.toLowerCase()}-${Date.now()}`;
  await client.putBucket({ bucket });
  const ticket = await createUploadTicket({
    endpoint,
    region,
    credentials: { accessKeyId, accessKeySecret },
    bucket,
    key: "by-ticket",
    contentType: "text/plain",
    expiresSeconds: 600,
    callback: { url: `${application.url}/ok`, body: "object=${object}" },
  });
  const task: PageTask = {
    bucket,
    region,
    accessKeyId,
    accessKeySecret,
    signatureVersion,
    application: application.url,
    ticket,
    report: "report.json",
  };
  const page =
    `<!doctype html><meta charset="utf-8"><script>const task = ${JSON.stringify(task)};</script>` +
    `<script type="module">${script}</script>`;
  const contentType = "text/html";
  await client.putObject({ bucket, key: "page.html", body: page, contentType, acl: "public-read" });
  const close = await openPage(`${endpoint}/${bucket}/page.html`);
  try {
    return await waitForReport(bucket, task.report);
  } finally {
    await close();
  }
}

async function waitForReport(bucket: string, key: string): Promise<PageReport> {
  const deadline = performance.now() + pageTimeoutMs;
  for (;;) {
    try {
      return JSON.parse(await (await client.getObject({ bucket, key })).text()) as PageReport;
    } catch (cause) {
      if (!(cause instanceof OssError && cause.code === "NoSuchKey")) throw cause;
      if (performance.now() > deadline) throw new Error("the page did not report", { cause });
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}
