// A page of another origin uploads from Chromium: by an upload form and by a presigned PUT, each
// with a callback, under the bucket's CORS rules, with nothing but fetch.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "@ossicle/client";
import { createUploadTicket } from "@ossicle/kit";
import { afterAll, expect, test } from "vitest";
import { openApplication, openTarget } from "../harness.ts";
import { openPage } from "./open-page.ts";

/** Longest time for the page, in milliseconds. */
const pageTimeoutMs = 60_000;

const stories = [
  "an upload form with a callback returns the application's answer",
  "an upload form whose callback fails gets status 203",
  "a presigned PUT with a callback returns the application's answer and the ETag",
  "a request that no CORS rule allows fails in the page",
];

// The page's script. `reportOf` defines `task` in front of it.
const script = `
const report = {};
const same = (actual, expected) => {
  if (actual === expected) return;
  throw new Error(JSON.stringify(actual) + " is not " + JSON.stringify(expected));
};
const tell = async (story, work) => {
  report[story] = await work().then(() => "", (cause) => String(cause) || "failed");
};
const post = (form) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(form.fields)) data.set(name, value);
  data.set("file", new Blob(["hello"], { type: "text/plain" }), "a.txt");
  return fetch(form.url, { method: "POST", body: data });
};
await tell(${JSON.stringify(stories[0])}, async () => {
  const answer = await post(task.form);
  same(answer.status, 200);
  same((await answer.json()).received, "object=form%2Fa.txt&by=form");
});
await tell(${JSON.stringify(stories[1])}, async () => {
  const answer = await post(task.failing);
  same(answer.status, 203);
  same((await answer.text()).includes("<Code>CallbackFailed</Code>"), true);
});
await tell(${JSON.stringify(stories[2])}, async () => {
  const { url, headers } = task.ticket;
  const answer = await fetch(url, { method: "PUT", headers, body: "hello" });
  same(answer.status, 200);
  same((await answer.json()).received, "object=ticket.txt");
  same(answer.headers.get("etag"), '"5D41402ABC4B2A76B9719D911017C592"');
});
await tell(${JSON.stringify(stories[3])}, async () => {
  const deleted = fetch(task.ticket.url, { method: "DELETE" });
  const refused = await deleted.then(() => "read", (cause) => cause.name);
  same(refused, "TypeError");
});
await fetch("/", { method: "POST", body: JSON.stringify(report) });
`;

const target = await openTarget();
const application = await openApplication();
afterAll(async () => {
  await application.close();
  await target.close();
});
const report = await reportOf();

test.each(stories)("%s", (story) => {
  expect(report[story]).toBe("");
});

test("the page reports these stories and no others", () => {
  expect(Object.keys(report)).toEqual(stories);
});

/** Serves the page from an origin of its own, and resolves with the page's report. */
async function reportOf(): Promise<Readonly<Record<string, string>>> {
  let page = "";
  let reported: (text: string) => void = () => undefined;
  const arrived = new Promise<string>((resolve, reject) => {
    reported = resolve;
    setTimeout(() => reject(new Error("the page did not report")), pageTimeoutMs).unref();
  });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (request.method === "POST") reported(Buffer.concat(chunks).toString());
      response.writeHead(200, { "content-type": "text/html" }).end(page);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const module = `const task = ${JSON.stringify(await taskOf(origin))};\n${script}`;
  page = `<!doctype html><meta charset="utf-8"><script type="module">${module}</script>`;
  const close = await openPage(origin);
  try {
    return JSON.parse(await arrived) as Readonly<Record<string, string>>;
  } finally {
    await close();
    server.close();
    server.closeAllConnections();
  }
}

/** Makes the bucket, and the forms and ticket for the page. The page gets no access key. */
async function taskOf(origin: string): Promise<object> {
  const { endpoint, region, accessKeyId, accessKeySecret } = target;
  const credentials = { accessKeyId, accessKeySecret };
  const bucket = `cross-origin-${Date.now()}`;
  const client = createClient({ endpoint, region, credentials });
  await client.putBucket({ bucket });
  await client.putBucketCors({
    bucket,
    rules: [
      {
        allowedOrigins: [origin],
        allowedMethods: ["PUT", "POST"],
        allowedHeaders: ["content-type", "x-oss-*"],
        exposeHeaders: ["ETag", "x-oss-request-id"],
        maxAgeSeconds: 60,
      },
    ],
  });
  const formFor = (path: string) =>
    client.postForm({
      bucket,
      key: "form/${filename}",
      expiresSeconds: 600,
      maxSize: 1_000,
      callback: {
        url: `${application.url}${path}`,
        body: "object=${object}&by=${x:by}",
        variables: { "x:by": "form" },
      },
    });
  const ticket = await createUploadTicket({
    endpoint,
    region,
    credentials,
    bucket,
    key: "ticket.txt",
    contentType: "text/plain",
    expiresSeconds: 600,
    callback: { url: `${application.url}/ok`, body: "object=${object}" },
  });
  return { form: await formFor("/ok"), failing: await formFor("/fail"), ticket };
}
