// Traces. The store sends spans of requests and callbacks to a collector by OTLP, under the
// uploader's own trace, and passes the callback's span to the application in `traceparent`. Without
// a collector it sends no such header.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Application, answerJson, startApplication } from "./application.ts";
import { serveFolder, type Served, servedCredentials } from "./serve.ts";

interface CollectedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly events?: readonly { readonly name: string }[];
  readonly status?: { readonly code?: number; readonly message?: string };
}

const traceId = "0af7651916cd43dd8448eb211c80319c";
const uploader = "b7ad6b7169203331";
let collector: Server;
let collected: CollectedSpan[];
let application: Application;
let status: number;
let data: string;
let served: Served | undefined;

beforeEach(async () => {
  collected = [];
  status = 200;
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as {
        resourceSpans: { scopeSpans: { spans: CollectedSpan[] }[] }[];
      };
      collected.push(
        ...resourceSpans.flatMap((one) => one.scopeSpans.flatMap(({ spans }) => spans)),
      );
      response.end("{}");
    });
  });
  await new Promise<void>((resolve) => {
    collector.listen(0, "127.0.0.1", resolve);
  });
  application = await startApplication((response) => {
    if (status === 200) answerJson(response);
    else response.writeHead(status).end();
  });
  data = await mkdtemp(join(tmpdir(), "ossicle-tracing-"));
});
afterEach(async () => {
  served?.child.kill("SIGTERM");
  await served?.exited;
  await application.close();
  collector.close();
  await rm(data, { recursive: true, force: true });
});

/** Uploads with a callback, as part of a trace. */
async function upload(args: readonly string[]): Promise<void> {
  // If an option is given twice, the last one counts.
  served = await serveFolder(data, ["--log-level", "silent", ...args]);
  const client = createClient({
    endpoint: served.url,
    region: "cn-hangzhou",
    credentials: servedCredentials,
    fetch: (url, init) =>
      fetch(url, {
        ...init,
        headers: {
          ...Object.fromEntries(new Headers(init?.headers)),
          traceparent: `00-${traceId}-${uploader}-01`,
        },
      }),
  });
  await client.putBucket({ bucket: "traced" });
  const callback = { url: `${application.url}?token=secret`, body: "o=${object}" };
  await client
    .putObject({ bucket: "traced", key: "k", body: "x", callback })
    .catch(() => undefined);
  served.child.kill("SIGTERM"); // the store sends its last spans before it exits
  await served.exited;
}

const collectorUrl = (): string =>
  `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`;

test.each([["1"], ["2"]])(
  "a callback's span is a child of its upload's span, with %s worker(s)",
  async (workers) => {
    await upload(["--otlp-url", collectorUrl(), "--workers", workers]);
    const put = collected.find(({ name }) => name === "PutObject");
    const called = collected.find(({ name }) => name === "callback");
    expect(put).toMatchObject({ traceId, parentSpanId: uploader });
    expect(called).toMatchObject({ traceId, parentSpanId: put?.spanId });
    expect(called?.events?.map(({ name }) => name)).toEqual(["resolved", "connected", "answered"]);
    expect(JSON.stringify(called)).not.toContain("secret");
    expect(application.received[0]?.headers["traceparent"]).toBe(
      `00-${traceId}-${called?.spanId}-01`,
    );
  },
);

test("the span of a failed callback names the reason", async () => {
  status = 301;
  await upload(["--otlp-url", collectorUrl()]);
  const called = collected.find(({ name }) => name === "callback");
  expect(called?.status).toMatchObject({
    code: 2,
    message: expect.stringContaining("answered 301") as string,
  });
});

test("without its collector the store sends callbacks, and logs lost traces once", async () => {
  await upload(["--otlp-url", "http://127.0.0.1:1/v1/traces", "--log-level", "warn"]);
  expect(application.received).toHaveLength(1);
  expect(served?.output().match(/traces do not arrive/g)).toHaveLength(1);
  expect(served?.output()).toContain("ECONNREFUSED");
});

test("without a collector a callback has no traceparent header", async () => {
  await upload([]);
  expect(application.received[0]?.headers["traceparent"]).toBeUndefined();
  expect(collected).toEqual([]);
});
