// The shapes in which clients send their requests, over real sockets. Every client can read its
// answer, and a shape that could smuggle a request past a proxy is refused.
import { createHmac } from "node:crypto";
import { connect, type Socket } from "node:net";
import { startStore, type TestStore } from "@ossicle/server/testing";
import { type Client, createClient } from "@ossicle/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let store: TestStore;
let behindProxy: TestStore;

beforeAll(async () => {
  store = await startStore();
  behindProxy = await startStore({
    settings: { trustedProxies: "127.0.0.0/8", advertisedUrl: "https://store.example.com" },
  });
  await client().putBucket({ bucket: "bucket" });
});

afterAll(async () => {
  await store.close();
  await behindProxy.close();
});

function client(): Client {
  const { url, region, credentials } = store;
  return createClient({ endpoint: url, region, credentials });
}

/** A connection that keeps the bytes that it receives. */
interface Connection {
  readonly socket: Socket;
  readonly text: () => string;
  readonly closed: Promise<void>;
}

function open(to: TestStore = store): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({
      port: Number(new URL(to.server.listenUrl).port),
      allowHalfOpen: true,
    });
    socket.on("data", (chunk) => chunks.push(chunk)).once("error", reject);
    const closed = new Promise<void>((done) => {
      socket.once("end", () => done());
      socket.once("close", () => done());
    });
    socket.once("connect", () => {
      socket.off("error", reject).on("error", () => undefined);
      resolve({ socket, text: () => Buffer.concat(chunks).toString("latin1"), closed });
    });
  });
}

/** A request's head, signed V1. With another `secret` the store refuses the signature. */
function head(method: string, path: string, lines: readonly string[], secret?: string): string {
  const date = new Date().toUTCString();
  const { accessKeyId, accessKeySecret } = store.credentials;
  const key = secret ?? accessKeySecret;
  const signature = createHmac("sha1", key).update(`${method}\n\n\n${date}\n${path}`);
  return [
    `${method} ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    `Date: ${date}`,
    `Authorization: OSS ${accessKeyId}:${signature.digest("base64")}`,
    ...lines,
    "\r\n",
  ].join("\r\n");
}

async function read(key: string): Promise<string> {
  return (await client().getObject({ bucket: "bucket", key })).text();
}

describe.each([8_192, 700_000, 30_000_000])(
  "an upload of %i bytes with a wrong secret",
  (bytes) => {
    test.each([
      ["with Expect, by a client that does not wait", ["Expect: 100-continue"], "send"],
      ["with Expect, by a client that waits", ["Expect: 100-continue"], "wait"],
      ["without Expect", [], "send"],
      ["without Expect, half-closed", [], "end"],
      ["with Expect, half-closed", ["Expect: 100-continue"], "end"],
    ] as const)("gets 403: %s", async (_name, lines, how) => {
      const { socket, text, closed } = await open();
      socket.write(head("PUT", "/bucket/k", [`Content-Length: ${bytes}`, ...lines], "wrong"));
      if (how === "wait") await expect.poll(text).toContain("</Error>");
      // Without reading, as a client does that sends a whole request first.
      if (how !== "wait") await sendAll(socket, Buffer.alloc(bytes, "b"));
      if (how === "end") socket.end();
      await expect.poll(text).toContain("</Error>");
      expect(text()).toMatch(/^HTTP\/1\.1 403 /);
      expect(text()).not.toContain("100 Continue");
      expect(text()).toContain("<Code>SignatureDoesNotMatch</Code>");
      if (how === "wait") socket.end();
      if (bytes > 1_048_576 || lines.length > 0) await closed;
      socket.destroy();
    });
  },
);

async function sendAll(socket: Socket, bytes: Buffer): Promise<void> {
  const piece = 65_536;
  for (let at = 0; at < bytes.length && !socket.destroyed; at += piece) {
    if (socket.write(bytes.subarray(at, at + piece))) continue;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off("drain", done);
        socket.off("close", done);
        resolve();
      };
      socket.on("drain", done).on("close", done);
    });
  }
  expect(socket.destroyed).toBe(false);
}

test("a whole request is answered after the client has closed its sending side", async () => {
  const { socket, text, closed } = await open();
  socket.end(`${head("PUT", "/bucket/half", ["Content-Length: 5"])}hello`);
  await closed;
  expect(text()).toMatch(/^HTTP\/1\.1 200 /);
  expect(await read("half")).toBe("hello");
});

test.each(["by URL", "\u0001\u0002", "GET / HTTP/1.1\r\nHost: x\r\n: \r\n\r\n"])(
  "requests are answered even if %j follows, which is not a request",
  async (rest) => {
    const { socket, text, closed } = await open();
    const asked = head("PUT", "/bucket/followed", ["Content-Length: 0"]);
    socket.write(`${asked}${head("GET", "/bucket/followed", [])}${rest}`);
    await closed;
    expect(text().match(/^HTTP\/1\.1 \d+/gm)).toEqual(["HTTP/1.1 200", "HTTP/1.1 200"]);
  },
);

test.each([
  "/BUCKET/k",
  "/BUCKET",
  "/bucket/BUCKET",
  "/bucket?list-type=2&continuation-token=BUCKET",
])("names too long for a record get 4xx, and the store keeps working: %s", async (path) => {
  for (const length of [64, 2_000, 10_000, 30_000]) {
    const { socket, text, closed } = await open();
    const lines = ["Origin: http://a.example.com", "Connection: close"];
    socket.write(head("GET", path.replace("BUCKET", "a".repeat(length)), lines));
    await closed;
    expect(text()).toMatch(/^HTTP\/1\.1 4/);
  }
  await client().putObject({ bucket: "bucket", key: "still", body: "x" });
});

test("a request whose client stops sending inside the body gets 400, stores nothing", async () => {
  const { socket, text, closed } = await open();
  socket.end(`${head("PUT", "/bucket/part", ["Content-Length: 50"])}hello`);
  await closed;
  expect(text()).toMatch(/^HTTP\/1\.1 400 /);
  expect(text()).toContain("<Code>IncompleteBody</Code>");
  await expect(read("part")).rejects.toMatchObject({ code: "NoSuchKey" });
});

describe("Content-Length beside Transfer-Encoding: chunked", () => {
  const both = ["Content-Length: 5", "Transfer-Encoding: chunked"];
  const chunks = "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";

  test.each([
    ["in one packet", both, true],
    ["in the other order", [...both].reverse(), true],
    ["with the head in a packet of its own", both, false],
  ])(
    "is read by its chunks from a direct client, and the connection closes: %s",
    async (name, lines, atOnce) => {
      const { socket, text, closed } = await open();
      const key = `/bucket/both-${name.length}`;
      const request = head("PUT", key, lines);
      if (atOnce) socket.write(`${request}${chunks}`);
      else {
        socket.write(request);
        await new Promise((resolve) => {
          setTimeout(resolve, 50);
        });
        socket.write(chunks);
      }
      await closed;
      expect(text()).toMatch(/^HTTP\/1\.1 200 /);
      expect(text().toLowerCase()).toContain("\r\nconnection: close\r\n");
      expect(await read(key.slice(8))).toBe("hello world");
      socket.destroy();
    },
  );

  test("is accepted with a body of many packets, also on a reused connection", async () => {
    const { socket, text, closed } = await open();
    socket.write(head("GET", "/bucket/none", []));
    await expect.poll(text).toContain("NoSuchKey");
    const body = Buffer.alloc(3_000_000, "x");
    socket.write(head("PUT", "/bucket/large", ["Content-Length: 1", "transfer-encoding: Chunked"]));
    socket.write(`${body.length.toString(16)}\r\n`);
    socket.write(body);
    socket.write("\r\n0\r\n\r\n");
    await closed;
    expect(text()).toContain("HTTP/1.1 200 ");
    expect(await read("large")).toHaveLength(body.length);
    socket.destroy();
  });

  test("leaves a request that follows on the same connection unanswered", async () => {
    const { socket, text, closed } = await open();
    const second = head("PUT", "/bucket/smuggled", ["Content-Length: 4"]);
    socket.write(`${head("PUT", "/bucket/first", both)}${chunks}${second}evil`);
    await closed;
    expect(text().match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(await read("first")).toBe("hello world");
    await expect(read("smuggled")).rejects.toMatchObject({ code: "NoSuchKey" });
    socket.destroy();
  });

  test("is refused behind a trusted proxy", async () => {
    const { socket, text, closed } = await open(behindProxy);
    socket.write(`${head("PUT", "/bucket/k", both)}${chunks}`);
    await closed;
    expect(text()).toMatch(/^HTTP\/1\.1 400 /);
    expect(text()).toContain("<Code>InvalidRequest</Code>");
    socket.destroy();
  });

  test.each([
    ["a length twice", ["Content-Length: 5", ...both]],
    ["two lengths that differ", ["Content-Length: 6", ...both]],
    ["a length that is no number", ["Content-Length: 5x", "Transfer-Encoding: chunked"]],
    ["a negative length", ["Content-Length: -5", "Transfer-Encoding: chunked"]],
    ["a sign in the length", ["Content-Length: +5", "Transfer-Encoding: chunked"]],
    ["a list of lengths", ["Content-Length: 5, 5", "Transfer-Encoding: chunked"]],
    ["chunked twice", ["Content-Length: 5", "Transfer-Encoding: chunked, chunked"]],
    ["two lines of codings", [...both, "Transfer-Encoding: chunked"]],
    ["another coding", ["Content-Length: 5", "Transfer-Encoding: identity"]],
    ["chunked behind another coding", ["Content-Length: 5", "Transfer-Encoding: gzip, chunked"]],
    ["a blank after Content-Length", ["Content-Length : 5", "Transfer-Encoding: chunked"]],
    ["a blank after Transfer-Encoding", ["Content-Length: 5", "Transfer-Encoding : chunked"]],
    ["a folded line", ["Content-Length: 5", "Transfer-Encoding:", " chunked"]],
    ["a vertical tab before the coding", ["Content-Length: 5", "Transfer-Encoding: \vchunked"]],
    ["a line that ends without CR", ["Content-Length: 5\nTransfer-Encoding: chunked"]],
    ["a line with a bare CR", ["Content-Length: 5\rX: y", "Transfer-Encoding: chunked"]],
    ["a NUL", ["Content-Length: 5\0", "Transfer-Encoding: chunked"]],
  ])("is refused with %s", async (_name, lines) => {
    const { socket, text, closed } = await open();
    socket.write(`${head("PUT", "/bucket/refused", lines)}${chunks}`);
    await closed;
    expect(text()).toMatch(/^HTTP\/1\.1 (?:400|501) /);
    await expect(read("refused")).rejects.toMatchObject({ code: "NoSuchKey" });
    socket.destroy();
  });

  test.each(["GET", "DELETE", "HEAD"])("is refused on %s, which has no body", async (method) => {
    const { socket, text, closed } = await open();
    socket.write(`${head(method, "/bucket/half", both)}${chunks}`);
    await closed;
    expect(text()).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
  });
});

test.each([
  [
    "a transfer coding that the store does not decode",
    ["Transfer-Encoding: gzip, chunked"],
    "5\r\nhello\r\n0\r\n\r\n",
    501,
  ],
  ["two Host headers", ["Host: other", "Content-Length: 5"], "hello", 400],
  ["too many header lines", [...manyLines(), "Content-Length: 5"], "hello", 400],
  ["a malformed chunk", ["Transfer-Encoding: chunked"], "zz\r\nhello\r\n0\r\n\r\n", 400],
  [
    "a malformed chunk behind a good one",
    ["Transfer-Encoding: chunked"],
    "5\r\nhello\r\nzz\r\n",
    400,
  ],
  [
    "a chunk size of more than 64 bits",
    ["Transfer-Encoding: chunked"],
    "fffffffffffffffff\r\n",
    400,
  ],
  ["a chunk without its end of line", ["Transfer-Encoding: chunked"], "5\r\nhelloX0\r\n\r\n", 400],
])("%s gets an answer, and stores nothing", async (_name, lines, body, status) => {
  const { socket, text, closed } = await open();
  socket.write(`${head("PUT", "/bucket/odd", lines)}${body}`);
  await expect.poll(text).toContain("</Error>");
  expect(text()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  await closed;
  await expect(read("odd")).rejects.toMatchObject({ code: "NoSuchKey" });
  socket.destroy();
});

function manyLines(): readonly string[] {
  return Array.from({ length: 2_500 }, (_, at) => `x-${at}: y`);
}
