// `ossicle doctor` against a store, and against what is no store.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@ossicle/client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort } from "../../scripts/free-port.ts";
import { startApplication } from "./application.ts";
import { type Ran, runCommand, type Served, serveFolder, servedCredentials } from "./serve.ts";

const bucket = "examplebucket";

let folder: string;
let served: Served;
const closers: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ossicle-doctor-"));
  served = await serveFolder(join(folder, "data"));
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  served.child.kill("SIGTERM");
  await served.exited;
  await rm(folder, { recursive: true });
});

function doctor(endpoint: string, ...args: readonly string[]): Promise<Ran> {
  return runCommand(["doctor", "--endpoint", endpoint, ...args]);
}

interface Found {
  readonly level: string;
  readonly subject: string;
  readonly seen: string;
  readonly remedy?: string;
}

async function findings(endpoint: string, ...args: readonly string[]): Promise<readonly Found[]> {
  const { output } = await doctor(endpoint, "--json", ...args);
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Found);
}

function of(found: readonly Found[], subject: string): Found | undefined {
  return found.find((one) => one.subject === subject);
}

async function makeBucket(): Promise<void> {
  const { url: endpoint } = served;
  const client = createClient({ endpoint, region: "cn-hangzhou", credentials: servedCredentials });
  await client.putBucket({ bucket });
}

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a sound store has no problem, and doctor leaves nothing behind", async () => {
  await makeBucket();
  const application = await startApplication((response) => response.end('{"saved":true}'));
  closers.push(() => application.close());
  const args = ["--bucket", bucket, "--callback-url", application.url];
  const found = await findings(served.url, ...args, "--data", join(folder, "data"));
  expect(found.filter(({ level }) => level === "problem")).toEqual([]);
  const subjects = ["platform", "folder", "disk", "port", "answer", "clock"];
  const more = [
    "signature",
    "bucket",
    "addressing",
    "upload",
    "download",
    "encoding",
    "odd keys",
    "callback",
  ];
  expect(found.map(({ subject }) => subject)).toEqual([...subjects, ...more]);
  expect(of(found, "callback")?.seen).toContain('{"saved":true}');
  const { url: endpoint } = served;
  const client = createClient({ endpoint, region: "cn-hangzhou", credentials: servedCredentials });
  expect((await client.listObjectsV2({ bucket })).contents).toEqual([]);
  await client.putBucketVersioning({ bucket, status: "Enabled" });
  expect((await findings(served.url, ...args)).filter(({ level }) => level !== "ok")).toEqual([]);
  expect((await client.listObjectVersions({ bucket })).entries).toEqual([]);
});

test("text names the level, what was seen, and the remedy", async () => {
  const { code, output } = await doctor(served.url, "--bucket", "absentbucket");
  expect(code).toBe(1);
  expect(output).toMatch(/^ok {7}answer {6}a store answers/m);
  expect(output).toMatch(/^problem {2}bucket {6}404 NoSuchBucket.*\n {21}→ make the bucket/m);
});

test("a token that is refused, and a callback that fails, are named", async () => {
  const { output } = await runCommand(["doctor", "--json", "--endpoint", served.url], {
    OSS_SESSION_TOKEN: "a token that the store has not made",
  });
  expect(output).toMatch(/"problem","subject":"signature","seen":"403 /);
  await makeBucket();
  const application = await startApplication((response) => response.writeHead(500).end());
  closers.push(() => application.close());
  const args = ["--bucket", bucket, "--callback-url", application.url];
  expect(of(await findings(served.url, ...args), "callback")).toMatchObject({
    level: "problem",
    seen: expect.stringContaining("CallbackFailed"),
  });
});

test("what is no store, a closed port and a clock that is off are named", async () => {
  const other = await listen(createServer((_, response) => response.end("hello")));
  expect(of(await findings(other), "answer")).toMatchObject({
    level: "problem",
    seen: expect.stringContaining("something else than a store"),
  });
  const gateway = await listen(createServer((_, response) => response.writeHead(502).end()));
  expect(of(await findings(gateway), "answer")?.remedy).toContain("upstream");
  const closed = await findings(`http://127.0.0.1:${await freePort()}`);
  expect(of(closed, "port")?.seen).toContain("ECONNREFUSED");
  const late = await listen(
    createServer((_, response) => {
      const date = new Date(Date.now() - 3_600_000).toUTCString();
      response.writeHead(200, { "x-oss-request-id": "1", date }).end();
    }),
  );
  expect(of(await findings(late), "clock")).toMatchObject({
    level: "problem",
    seen: expect.stringContaining("s behind this one"),
  });
  expect(of(await findings("http://name.invalid"), "name")?.level).toBe("problem");
});

test("a certificate that clients do not trust is named", async () => {
  const here = (name: string): string =>
    fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
  const tls = ["--tls-cert", here("localhost.pem"), "--tls-key", here("localhost.key")];
  const secure = await serveFolder(join(folder, "secure"), tls);
  closers.push(async () => {
    secure.child.kill("SIGTERM");
    await secure.exited;
  });
  const url = secure.url.replace("127.0.0.1", "localhost");
  expect(of(await findings(url), "TLS")).toMatchObject({
    level: "problem",
    remedy: expect.stringContaining("trust"),
  });
});
