// `ossicle serve` as a process: workers, signals, credentials, sockets that misbehave.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@ossicle/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerJson, startApplication } from "./application.ts";
import { runCommand, serveFolder, type Served, servedCredentials } from "./serve.ts";

const bucket = "served";
let data: string;
let served: Served | undefined;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "ossicle-serving-"));
});
afterEach(async () => {
  served?.child.kill("SIGTERM");
  await served?.exited;
  served = undefined;
  await rm(data, { recursive: true, force: true });
});

async function serve(...args: string[]): Promise<Client> {
  served = await serveFolder(data, args);
  const client = createClient({
    endpoint: served.url,
    region: "cn-hangzhou",
    credentials: servedCredentials,
  });
  await client.putBucket({ bucket });
  return client;
}

/** The process ids of a primary's workers, as Linux lists them. */
async function workersOf(primary: number | undefined): Promise<readonly string[]> {
  const children = await readFile(`/proc/${primary}/task/${primary}/children`, "utf8");
  return children.split(" ").filter((pid) => pid !== "");
}

/** Sends bytes and gathers what comes back until the connection closes or `until` matches. */
function talk(bytes: string | readonly string[], until?: RegExp): Promise<string> {
  const { hostname, port } = new URL(served?.url ?? "");
  return new Promise((resolve, reject) => {
    let text = "";
    const socket: Socket = createConnection(Number(port), hostname, () => {
      for (const part of [bytes].flat()) socket.write(part);
    });
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (until?.test(text)) socket.destroy();
    });
    socket.on("close", () => resolve(text));
    socket.on("error", (cause) => (text === "" ? reject(cause) : resolve(text)));
  });
}

describe("several workers", () => {
  test("read at once what any of them has written", async () => {
    const client = await serve("--workers", "2");
    await expect.poll(() => workersOf(served?.child.pid)).toHaveLength(2);
    for (let round = 0; round < 60; round += 1) {
      await client.putObject({ bucket, key: "k", body: String(round) });
      // Fresh connections, so that any worker may answer.
      const { url, headers } = await client.presignGetObject(
        { bucket, key: "k" },
        { expiresSeconds: 60 },
      );
      const answers = await Promise.all(
        [1, 2, 3].map(async () =>
          (await fetch(url, { headers: { ...headers, connection: "close" } })).text(),
        ),
      );
      expect(answers).toEqual([String(round), String(round), String(round)]);
    }
  });

  test("count their requests each, with a label", async () => {
    const openMetrics = ["--admin-port", "0", "--admin-metrics", "open"];
    const client = await serve("--workers", "2", ...openMetrics);
    for (let round = 0; round < 20; round += 1)
      await client.putObject({ bucket, key: "k", body: "x" });
    const admin = /deliveries at (\S+)/.exec(served?.output() ?? "")?.[1] ?? "";
    await expect.poll(async () => (await fetch(`${admin}/health`)).text()).toBe("ok\n");
    const metrics = await (await fetch(`${admin}/metrics`)).text();
    const counts = metrics.matchAll(
      /^ossicle_requests_total\{operation="PutObject",status="200",worker="[12]"\} (\d+)$/gm,
    );
    expect([...counts].reduce((sum, [, count]) => sum + Number(count), 0)).toBe(20);
    expect((await fetch(`${served?.url}/metrics`)).status).toBe(404); // a bucket of that name
  });

  test("are replaced when killed, also the one that sweeps, and lose no object", async () => {
    const client = await serve("--workers", "2");
    await client.putObject({ bucket, key: "k", body: "kept" });
    await expect.poll(() => workersOf(served?.child.pid)).toHaveLength(2);
    const before = await workersOf(served?.child.pid);
    for (const worker of before) {
      process.kill(Number(worker), "SIGKILL");
      await expect
        .poll(async () => (await workersOf(served?.child.pid)).filter((pid) => pid !== worker))
        .toHaveLength(2);
    }
    const after = await workersOf(served?.child.pid);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
    // Both workers may still be starting.
    await expect
      .poll(() => client.getObject({ bucket, key: "k" }).then((got) => got.text(), String))
      .toBe("kept");
    await client.putObject({ bucket, key: "after", body: "x" });
  });
});

test("a store on a full disk refuses uploads, and still serves and deletes objects", async () => {
  const before = await serve("--workers", "1");
  await before.putObject({ bucket, key: "k", body: "kept" });
  served?.child.kill("SIGTERM");
  await served?.exited;
  const client = await serve("--reserve", "1000000000");
  for (const body of ["x", Buffer.alloc(100_000)]) {
    await expect(client.putObject({ bucket, key: "new", body })).rejects.toMatchObject({
      status: 503,
      code: "ServiceUnavailable",
      message: "The disk is full.",
    });
  }
  expect(await (await client.getObject({ bucket, key: "k" })).text()).toBe("kept");
  await client.deleteObject({ bucket, key: "k" });
  expect((await client.listObjectsV2({ bucket })).contents).toEqual([]);
});

describe.each(["1", "2"])("a start with %s worker(s)", (workers) => {
  const port = (): string => new URL(served?.url ?? "").port;

  test.each<[string, () => string[], RegExp]>([
    ["the port is taken", () => ["--port", port()], /--port \d+: another program listens/],
    [
      "the admin port is taken",
      () => ["--admin-port", port()],
      /--admin-port \d+: another program listens/,
    ],
    [
      "neither certificate nor key can be read",
      () => ["--tls-cert", "none", "--tls-key", "none"],
      /--tls-cert none cannot be read: ENOENT.*\n.*--tls-key none cannot be read: ENOENT/,
    ],
    [
      "the data folder is a file",
      () => ["--data", join(data, "access-key.json")],
      /--data \S+ is a file/,
    ],
  ])(
    "exits with code 1 and a message that names the setting, because %s",
    async (_name, args, message) => {
      await serve("--workers", "1");
      await writeFile(join(data, "access-key.json"), "{}");
      const other = await mkdtemp(join(tmpdir(), "ossicle-serving-"));
      const error = await serveFolder(other, ["--workers", workers, ...args()]).then(
        () => undefined,
        (cause: unknown) => cause,
      );
      await rm(other, { recursive: true, force: true });
      expect(String(error)).toMatch(/the server ended \(1\)/);
      expect(String(error)).toMatch(message);
      expect(String(error)).not.toMatch(/^ {4}at /m);
    },
  );
});

describe("SIGTERM", () => {
  test.each(["1", "2"])(
    "lets %s worker(s) finish the requests under way, and the exit code is 0",
    async (workers) => {
      const application = await startApplication((response) => {
        setTimeout(() => answerJson(response, { late: true }), 700);
      });
      try {
        const client = await serve("--workers", workers);
        const upload = client.putObject({
          bucket,
          key: "k",
          body: "x",
          callback: { url: application.url, body: "o" },
        });
        await expect.poll(() => application.received.length, { interval: 5 }).toBe(1);
        served?.child.kill("SIGTERM");
        expect((await upload).callback?.json()).toEqual({ late: true });
        expect(await served?.exited).toBe("0");
      } finally {
        await application.close();
      }
    },
  );
});

describe("sockets", () => {
  test("a refusal is sent instead of 100 Continue", async () => {
    await serve();
    const head =
      `PUT /${bucket}/k HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n` +
      "\r\n";
    const answer = await talk(head);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain("Connection: close");
  });

  test("100 Continue is sent when the store accepts the request", async () => {
    const client = await serve();
    const { url } = await client.presignPutObject({ bucket, key: "k" }, { expiresSeconds: 60 });
    const { pathname, search } = new URL(url);
    const { hostname, port } = new URL(served?.url ?? "");
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      const socket = createConnection(Number(port), hostname, () => {
        socket.write(
          `PUT ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: ` +
            "5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
        );
      });
      socket.on("data", (chunk) => {
        text += chunk.toString();
        if (text === "HTTP/1.1 100 Continue\r\n\r\n") socket.write("hello");
      });
      socket.on("close", () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  });

  test("a small refused body is drained, and the connection goes on", async () => {
    await serve();
    const refused =
      `PUT /${bucket}/k HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n` +
      "x".repeat(300_000);
    const next = `GET /_ossicle/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    const answer = await talk([refused, next]);
    expect(answer).toMatch(/^HTTP\/1\.1 403 [\s\S]*HTTP\/1\.1 200 OK[\s\S]*ok\n$/);
  });

  test("a large refused body is answered, then cut off", async () => {
    await serve();
    const head = `PUT /${bucket}/k HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000000\r\n\r\n`;
    const answer = await talk([head, "x".repeat(100_000)]);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain("Connection: close");
    expect(answer).toContain("</Error>");
  });

  test("an upload whose client disconnects halfway stores nothing", async () => {
    const client = await serve();
    const { url } = await client.presignPutObject({ bucket, key: "k" }, { expiresSeconds: 60 });
    const { pathname, search, host } = new URL(url);
    const target = `${pathname}${search}`;
    const head = `PUT ${target} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000000\r\n\r\n`;
    const { hostname, port } = new URL(served?.url ?? "");
    await new Promise<void>((resolve) => {
      const socket = createConnection(Number(port), hostname, () => {
        socket.write(head + "x".repeat(400_000), () => setTimeout(() => socket.destroy(), 50));
      });
      socket.on("close", () => resolve());
    });
    await expect(client.headObject({ bucket, key: "k" })).rejects.toMatchObject({
      code: "NoSuchKey",
    });
    await client.deleteBucket({ bucket });
  });

  test.each([
    ["nonsense", "NONSENSE\r\n\r\n"],
    [
      "headers without end",
      `GET / HTTP/1.1\r\nHost: x\r\n${`A: ${"b".repeat(4_000)}\r\n`.repeat(10)}\r\n`,
    ],
    ["no host", "GET / HTTP/1.1\r\n\r\n"],
    [
      "two lengths",
      "PUT /a/b HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
    ],
    [
      "a length and a transfer coding that is not chunked alone",
      "PUT /a/b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\nContent-Length: " +
        "1\r\n\r\n0\r\n\r\n",
    ],
  ])("%s gets an error in OSS's form, and the connection closes", async (_name, bytes) => {
    await serve();
    const answer = await talk(bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain("<Error><Code>InvalidRequest</Code>");
  });

  test("a GET that brings a body is answered whole, and the connection goes on", async () => {
    const client = await serve();
    await client.putObject({ bucket, key: "big", body: "x".repeat(500_000), acl: "public-read" });
    const odd = `GET /${bucket}/big HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello`;
    const next = "GET /_ossicle/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    const answer = await talk([odd, next]);
    const [, body = ""] = /\r\n\r\n(x*)HTTP\/1\.1 200 OK/.exec(answer) ?? [];
    expect(body.length).toBe(500_000);
    expect(answer.endsWith("ok\n")).toBe(true);
  });

  test("pipelined requests are answered in order, and a flood of them is cut off", async () => {
    const client = await serve();
    await client.putObject({ bucket, key: "big", body: "x".repeat(500_000), acl: "public-read" });
    const get = `GET /${bucket}/big HTTP/1.1\r\nHost: x\r\n\r\n`;
    const last = "GET /_ossicle/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    const answer = await talk([get.repeat(5) + last]);
    expect(answer.split("HTTP/1.1 200 OK")).toHaveLength(7);
    const flood = await talk([get.repeat(3_000)]).catch(() => "");
    expect(flood.split("HTTP/1.1 200 OK").length).toBeLessThan(200);
    await client.putObject({ bucket, key: "after", body: "x" });
    // Nothing of the flood is still under way: if it were, stopping would wait for it for 30
    // seconds.
    served?.child.kill("SIGTERM");
    await expect.poll(() => served?.child.exitCode).toBe(0);
  });

  test("a long run of blanks in a Range header is parsed in under a second", async () => {
    const client = await serve();
    await client.putObject({ bucket, key: "k", body: "x".repeat(100), acl: "public-read" });
    const range = `bytes=${" ".repeat(28_000)}x`;
    const answer = await talk(
      `GET /${bucket}/k HTTP/1.1\r\nHost: x\r\nRange: ${range}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(/x-oss-server-time: (\d+)/.exec(answer)?.[1]?.length).toBeLessThan(4);
  });

  test("dots in keys stay, and a host that names a bucket has no /_ossicle/", async () => {
    const client = await serve();
    await client.putObject({ bucket, key: "a/../b//c/.", body: "whole" });
    expect(await (await client.getObject({ bucket, key: "a/../b//c/." })).text()).toBe("whole");
    const inBucket = await talk(
      `GET /_ossicle/health HTTP/1.1\r\nHost: ${bucket}.localhost\r\nConnection: close\r\n\r\n`,
    );
    expect(inBucket).toMatch(/^HTTP\/1\.1 403 /);
  });
});

// OSSICLE_LARGE_MIB=5120 is the largest body that there is (CONTRIBUTING).
const largeMib = Number(process.env["OSSICLE_LARGE_MIB"] ?? 768);

test("a body of any size passes through in little memory", { timeout: 900_000 }, async () => {
  const client = await serve("--workers", "1");
  const pid = served?.child.pid ?? 0;
  const piece = new Uint8Array(1_048_576).fill(7);
  const pieces = largeMib;
  async function* body(): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < pieces; index += 1) {
      await Promise.resolve();
      yield piece;
    }
  }
  await client.putObject({ bucket, key: "large", body: body() });
  let size = 0;
  for await (const chunk of (await client.getObject({ bucket, key: "large" })).body)
    size += chunk.length;
  expect(size).toBe(pieces * piece.length);
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const peakMib = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
  process.stdout.write(`peak memory for ${pieces} MiB in and out: ${Math.round(peakMib)} MiB\n`);
  expect(peakMib).toBeGreaterThan(0);
  expect(peakMib).toBeLessThan(300);
});

test("secrets never reach the log", async () => {
  const client = await serve("--log-level", "debug");
  await client.putObject({ bucket, key: "k", body: "x" });
  const { url } = await client.presignGetObject({ bucket, key: "k" }, { expiresSeconds: 60 });
  await fetch(url);
  await fetch(url.replace("/k?", "/j?"));
  const output = served?.output() ?? "";
  expect(output).toContain('"operation":"PutObject"');
  expect(output).not.toContain(servedCredentials.accessKeySecret);
  expect(output).not.toContain(new URL(url).searchParams.get("x-oss-signature"));
});

test("the log reports a signature that matches without the Content-Type sent", async () => {
  const client = await serve();
  const target = { bucket, key: "typed" };
  const { url, method } = await client.presignPutObject(target, { expiresSeconds: 60 });
  const put = (url: string, type: string): Promise<Response> =>
    fetch(url, { method, body: new Uint8Array(1), headers: { "content-type": type } });
  const told = "a signature is valid without the request's Content-Type";
  const forged = `${url.slice(0, -1)}${url.endsWith("0") ? "1" : "0"}`;
  expect((await put(forged, "image/png")).status).toBe(403);
  expect(served?.output()).not.toContain(told);
  const refused = await put(url, "image/png");
  expect(await refused.text()).toContain("<Code>SignatureDoesNotMatch</Code>");
  await expect.poll(() => served?.output()).toContain(told);
});

test.each(["null", "[]", "7", "{"])(
  "a configuration file that holds %s is refused in one line",
  async (text) => {
    const file = join(data, "config.json");
    await writeFile(file, text);
    const { code, errors } = await runCommand(["serve", "--config", file, "--data", data]);
    expect([code, errors.includes("\n    at ")]).toEqual([1, false]); // no stack
    expect(errors).toContain("JSON");
  },
);

test("a configuration file that is not there is named with its option", async () => {
  const file = join(data, "none.json");
  const { code, errors } = await runCommand(["serve", "--config", file, "--data", data]);
  expect(code).toBe(1);
  expect(errors).toMatch(/^--config .*none\.json cannot be read: ENOENT.*\n$/);
});

test("the first start makes and prints an access key, which only its owner can read", async () => {
  const start = async (): Promise<string> => {
    const program = new URL("../../packages/cli/dist/bundle/ossicle.js", import.meta.url).pathname;
    const { OSS_ACCESS_KEY_ID: _id, OSS_ACCESS_KEY_SECRET: _secret, ...env } = process.env;
    const child = spawn(process.execPath, [program, "serve", "--data", data, "--port", "0"], {
      env,
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    const exited = once(child, "exit");
    try {
      await expect.poll(() => text).toContain("callbacks may go to");
    } finally {
      child.kill("SIGTERM");
      await exited;
    }
    return text;
  };
  const first = await start();
  const file = join(data, "credentials.json");
  const kept = JSON.parse(await readFile(file, "utf8")) as {
    accessKeyId: string;
    accessKeySecret: string;
  };
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(first).toContain(kept.accessKeySecret);
  expect(kept.accessKeySecret.length).toBeGreaterThanOrEqual(40);
  const second = await start();
  expect(second).toContain(kept.accessKeyId);
  expect(second).not.toContain(kept.accessKeySecret);
  expect(second).toContain("callbacks may go to public and private addresses");
});
