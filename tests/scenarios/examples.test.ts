// The examples, run as programs of their own against a store and an application.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@ossicle/client";
import { startStore, type TestStore } from "@ossicle/server/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../scripts/free-port.ts";
import { type Application, answerJson, type Behaviour, startApplication } from "./application.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let store: TestStore;
let application: Application;
let behaviour: Behaviour = (response) => answerJson(response);
let folder: string;

beforeAll(async () => {
  store = await startStore();
  application = await startApplication((response, received) => behaviour(response, received));
  folder = await mkdtemp(join(tmpdir(), "ossicle-examples-"));
  await writeFile(join(folder, "examplefile.txt"), "hello");
  const { url: endpoint, region, credentials } = store;
  await createClient({ endpoint, region, credentials }).putBucket({ bucket: "examplebucket" });
});
afterAll(async () => {
  await application.close();
  await store.close();
  await rm(folder, { recursive: true });
});

function start(
  name: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): ChildProcess {
  const program = join(root, "examples", name);
  const options = ["--conditions=@ossicle/source", "--import", "tsx"];
  return spawn(process.execPath, [...options, program, ...args], {
    cwd: root,
    env: {
      ...process.env,
      OSS_ACCESS_KEY_ID: store.credentials.accessKeyId,
      OSS_ACCESS_KEY_SECRET: store.credentials.accessKeySecret,
      OSS_ENDPOINT: store.url,
      OSS_FILE: join(folder, "examplefile.txt"),
      OSS_CALLBACK_URL: application.url,
      ...env,
    },
  });
}

async function outputOf(child: ChildProcess): Promise<string> {
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((resolve) => child.once("close", resolve));
  return text;
}

test("the documented sample prints the application's answer", async () => {
  expect(await outputOf(start("put-object-callback.ts", {}))).toBe(
    "Put object:exampledir/exampleobject.txt succeeded, callback response " +
      'content:{"Status":"OK"}\n',
  );
  expect(application.received.at(-1)?.body).toContain("my_var1=x%3Avalue1&my_var2=x%3Avalue2");
});

test("the documented sample prints an OSS error in two lines, and any other in one", async () => {
  behaviour = (response) => response.writeHead(500).end();
  const [first, second, ...rest] = (await outputOf(start("put-object-callback.ts", {}))).split(
    "\n",
  );
  expect(first).toBe("Failed with error code: CallbackFailed; Error info: Error status : 500..");
  expect(second).toMatch(/^RequestID: [0-9A-F]{24}\tHostID: 127\.0\.0\.1$/);
  expect(rest).toEqual([""]);
  behaviour = (response) => answerJson(response);
  expect(
    await outputOf(start("put-object-callback.ts", { OSS_FILE: join(folder, "none") })),
  ).toMatch(/^Failed with error info: .+\n$/);
});

test("the application server keeps an upload only after its callback", async () => {
  const port = await freePort();
  const child = start("application-server.ts", { PORT: String(port) });
  try {
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    const own = `http://127.0.0.1:${port}`;
    const ticket = (await (await fetch(`${own}/ticket`, { method: "POST" })).json()) as {
      url: string;
      method: string;
      headers: Record<string, string>;
    };
    const upload = await fetch(ticket.url, {
      method: ticket.method,
      headers: ticket.headers,
      body: new Uint8Array(7),
    });
    expect(await upload.json()).toMatchObject({ of: 1 });
    const kept = (await (await fetch(own)).json()) as Record<string, object>;
    expect(Object.values(kept)).toEqual([{ size: 7, user: "alice" }]);
    const forged = await fetch(`${own}/callback`, { method: "POST", body: "object=forged" });
    expect([forged.status, await forged.json()]).toEqual([403, { error: "missing-authorization" }]);
  } finally {
    child.kill();
  }
});

test("a callback that is defined once types both sides", async () => {
  const port = await freePort();
  const child = start("typed-callback/application.ts", { PORT: String(port) });
  try {
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    const settings = { OSS_CALLBACK_URL: `http://127.0.0.1:${port}/callback` };
    const uploader = start("typed-callback/uploader.ts", settings);
    expect(await outputOf(uploader)).toBe("/42/a.txt?5\n");
  } finally {
    child.kill();
  }
});

test.each([
  ["Vitest", "vitest", ["run", "--root", "examples/testing"], /Tests {2}3 passed/],
  [
    "Jest",
    "jest",
    ["--rootDir", "examples/testing", "--testMatch", "**/jest.test.mjs"],
    /2 passed, 2 total/,
  ],
  [
    "Playwright",
    "playwright",
    ["test", "--config", "examples/testing/playwright.config.mjs"],
    /2 passed/,
  ],
  ["Mocha", "mocha", ["examples/testing/mocha.test.mjs"], /2 passing/],
  ["node:test", undefined, ["--test", "examples/testing/node.test.mjs"], /# pass 2\n# fail 0/],
])("an application's own tests run with %s", async (name, bin, args, passed) => {
  const program = bin === undefined ? process.execPath : join(root, "node_modules/.bin", bin);
  const child = spawn(program, args, {
    cwd: root,
    env: {
      ...withoutVitest(),
      NODE_OPTIONS: name === "Jest" ? "--experimental-vm-modules" : "",
    },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  }
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(text).toMatch(passed);
  expect(code).toBe(0);
});

// The test runner of an example must not treat itself as a worker of this one, so this one's
// variables are removed.
function withoutVitest(): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:VITEST|JEST|TEST$|NODE_V8|NODE_TEST|FORCE_COLOR|NO_COLOR)/.test(name),
  );
  return { ...Object.fromEntries(own), NO_COLOR: "1" };
}

test("a bucket is moved to another store, and a second run copies what differs", async () => {
  const other = await startStore();
  try {
    const [source, target] = [store, other].map(({ url: endpoint, region, credentials }) =>
      createClient({ endpoint, region, credentials }),
    );
    const bucket = "moved-bucket";
    await source?.putBucket({ bucket });
    const large = Buffer.alloc(70_000_000, "large ");
    const metadata = { colour: "blue" };
    await source?.putObject({ bucket, key: "a b/ü.txt", body: "small", metadata });
    await source?.putObject({ bucket, key: "large", body: large, contentType: "text/x-large" });
    const env = {
      FROM_ENDPOINT: store.url,
      FROM_KEY_ID: store.credentials.accessKeyId,
      FROM_KEY_SECRET: store.credentials.accessKeySecret,
      TO_ENDPOINT: other.url,
      TO_KEY_ID: other.credentials.accessKeyId,
      TO_KEY_SECRET: other.credentials.accessKeySecret,
    };
    const move = (): Promise<string> => outputOf(start(`move-bucket.ts`, env, [bucket]));
    expect(await move()).toBe("2 copied, 0 were there\n");
    const { contentType, contentLength } =
      (await target?.headObject({ bucket, key: "large" })) ?? {};
    expect([contentType, contentLength]).toEqual(["text/x-large", large.length]);
    expect((await target?.headObject({ bucket, key: "a b/ü.txt" }))?.metadata).toEqual(metadata);
    await source?.putObject({ bucket, key: "a b/ü.txt", body: "other" });
    expect(await move()).toBe("1 copied, 1 were there\n");
  } finally {
    await other.close();
  }
});
