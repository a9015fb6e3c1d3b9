// The data listener over real sockets: slow and silent clients, refused connections, and CONNECT.
import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { OssError } from "@ossicle/protocol";
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { publicFileServer } from "../request/public-files.ts";
import { SharedBudget } from "../memory/byte-budget.ts";
import type { RequestMessage, ResponseMessage } from "./message.ts";
import type { Timeouts } from "./body-reader.ts";
import { DataListener } from "./listener.ts";
import { respondError } from "./respond-error.ts";

const timeouts: Timeouts = {
  headMs: 30_000,
  bodyIdleMs: 300,
  minRate: 1_000,
  answerGraceMs: 300,
  socketIdleMs: 60_000,
};
const pieces = 4_096;
/** More bytes than the operating system buffers for a connection. */
const heavyBytes = 16_777_216;
let listener: DataListener;
let answers: SharedBudget;
let sent = 0;
/** Requests that got a heavy answer. */
let performed = 0;
afterEach(() => listener.close(0));

// Reads the body of a PUT and returns its length. Streams 256 MiB to a GET. Answers a PATCH with a
// whole body of 16 MiB, without reading the request's body.
async function handle(message: RequestMessage): Promise<ResponseMessage> {
  const facts = { requestId: "1", operation: "Test" };
  if (message.method === "GET") return { status: 200, headers: [], body: long(), facts };
  if (message.method === "PATCH") {
    performed += 1;
    const headers = ["Content-Length", String(heavyBytes)];
    return { status: 200, headers, body: Buffer.alloc(heavyBytes), facts };
  }
  let size = 0;
  try {
    for await (const chunk of message.body.chunks) size += chunk.length;
  } catch (cause) {
    const context = { clock: Date.now, message, requestId: "1", startedMs: 0, cors: [] };
    return respondError(context, "Test", cause as OssError);
  }
  const body = Buffer.from(`took ${size}`);
  return { status: 200, headers: ["Content-Length", String(body.length)], body, facts };
}

async function* long(): AsyncGenerator<Uint8Array> {
  for (sent = 0; sent < pieces; sent += 1) yield Buffer.alloc(65_536);
}

async function open(
  own: Partial<Timeouts> = {},
): Promise<{ socket: Socket; text: () => string; closed: Promise<unknown> }> {
  answers = new SharedBudget(2.5 * heavyBytes);
  performed = 0;
  listener = new DataListener({
    handle,
    publicFile: publicFileServer({
      hosts: { baseDomains: [], customDomains: new Map() },
      clock: Date.now,
      health: () => undefined,
      callbackKeys: new Map(),
      webhookKeys: () => Promise.resolve({}),
    }),
    tls: undefined,
    trustedProxies: [],
    clock: Date.now,
    log: pino({ level: "silent" }),
    onAnswered: () => undefined,
    answers,
    timeouts: { ...timeouts, ...own },
  });
  await new Promise<void>((resolve) => {
    listener.server.listen(0, "127.0.0.1", resolve);
  });
  const socket = connect((listener.server.address() as AddressInfo).port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk)).on("error", () => undefined);
  return {
    socket,
    text: () => Buffer.concat(chunks).toString(),
    closed: once(socket, "close"),
  };
}

function drip(socket: Socket, bytes: number, everyMs: number): NodeJS.Timeout {
  return setInterval(() => socket.write("x".repeat(bytes)), everyMs);
}

test("a body that drips is refused, although it is never silent for long", async () => {
  const { socket, text, closed } = await open();
  socket.write("PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
  const timer = drip(socket, 1, 50);
  await expect.poll(text).toContain("RequestTimeout");
  clearInterval(timer);
  expect(text()).toMatch(/^HTTP\/1\.1 400 /);
  socket.destroy();
  await closed;
});

test("a body that is silent is refused", async () => {
  const { socket, text } = await open();
  socket.write("PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nx");
  await expect.poll(text).toContain("RequestTimeout");
  // Later bytes belong to this body: the server must not read them as the next request.
  expect(text().toLowerCase()).toContain("\r\nconnection: close\r\n");
  socket.destroy();
});

test.each([
  { what: "slow", length: 6_000, piece: 300, everyMs: 100 },
  {
    what: "in bursts, whose bytes count when they arrive, not when they are read",
    length: 4_000,
    piece: 1_000,
    everyMs: 600,
  },
])("a body that keeps the minimum rate is accepted: $what", async ({ length, piece, everyMs }) => {
  const { socket, text } = await open({ bodyIdleMs: 1_000 });
  socket.write(`PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: ${length}\r\n\r\n`);
  const timer = drip(socket, piece, everyMs);
  await expect.poll(text).toContain(`took ${length}`);
  clearInterval(timer);
  socket.destroy();
});

test("a client that does not read its answer is cut off", async () => {
  const { socket, closed } = await open({ minRate: 20_000_000 });
  socket.pause();
  socket.write("GET /b/k HTTP/1.1\r\nHost: h\r\n\r\n");
  await expect.poll(() => sent).toBeGreaterThan(0);
  await new Promise((resolve) => {
    setTimeout(resolve, 3_000);
  });
  expect(sent).toBeLessThan(pieces); // not held in memory either
  socket.resume();
  await closed;
});

test("a client that reads slowly, but keeps the minimum rate, is not cut off", async () => {
  const { socket } = await open({ minRate: 400_000 });
  let got = 0;
  socket.on("data", (chunk) => {
    got += chunk.length;
    socket.pause();
    setTimeout(() => socket.resume(), 30);
  });
  socket.write("GET /b/k HTTP/1.1\r\nHost: h\r\n\r\n");
  await new Promise((resolve) => {
    setTimeout(resolve, 4_000);
  });
  expect(socket.destroyed).toBe(false);
  expect(got).toBeGreaterThan(0);
  expect(sent).toBeLessThan(pieces);
  socket.destroy();
});

test.each(["", "Content-Length: 1\r\n"])(
  "an unread answer counts against the budget while it waits, with request header %j",
  async (length) => {
    const { socket } = await open({ answerGraceMs: 60_000 });
    socket.pause();
    const body = length === "" ? "" : "x";
    socket.write(`PATCH /b/k HTTP/1.1\r\nHost: h\r\n${length}\r\n${body}`.repeat(20));
    await expect.poll(() => answers.used).toBe(heavyBytes);
    expect(performed).toBe(1);
    socket.destroy();
    await expect.poll(() => answers.used).toBe(0);
  },
);

test("connections with unread answers are closed beyond the budget", async () => {
  const { socket, closed } = await open({ answerGraceMs: 60_000 });
  const { port } = listener.server.address() as AddressInfo;
  const sockets = [socket, ...Array.from({ length: 3 }, () => connect(port, "127.0.0.1"))];
  for (const one of sockets) {
    one.on("error", () => undefined).pause();
    one.write("PATCH /b/k HTTP/1.1\r\nHost: h\r\n\r\n".repeat(20));
  }
  await expect.poll(() => performed).toBe(4);
  const connections = (): Promise<number> =>
    new Promise((resolve) => {
      listener.server.getConnections((_, count) => resolve(count));
    });
  await expect.poll(connections).toBe(2);
  expect(answers.used).toBe(2 * heavyBytes);
  for (const one of sockets) one.destroy();
  await closed;
  await expect.poll(() => answers.used).toBe(0);
});

test("a file below /_ossicle/ is answered, and an unread body closes the connection", async () => {
  const { socket, text, closed } = await open();
  const head = "GET /_ossicle/health HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000000";
  socket.write(`${head}\r\n\r\nx`);
  await expect.poll(text).toMatch(/\r\n\r\nok\n$/);
  expect(text()).toMatch(/^HTTP\/1\.1 200 [^]*\r\nConnection: close\r\n/);
  await closed;
});

test("CONNECT gets 405, and its connection closes", async () => {
  const { socket, text, closed } = await open();
  socket.write("CONNECT a.com:443 HTTP/1.1\r\nHost: a.com:443\r\n\r\n");
  await closed;
  expect(text()).toMatch(/^HTTP\/1\.1 405 [^]*<Code>MethodNotAllowed<\/Code>/);
});

test("a reset after a CONNECT does not end the process while a request is under way", async () => {
  const { socket, closed } = await open();
  const uncaught: unknown[] = [];
  const note = (cause: unknown): void => void uncaught.push(cause);
  process.on("uncaughtException", note);
  try {
    socket.pause();
    socket.write("GET /b/k HTTP/1.1\r\nHost: a.com\r\n\r\n");
    socket.write("CONNECT a.com:443 HTTP/1.1\r\nHost: a.com:443\r\n\r\n");
    await expect.poll(() => sent).toBeGreaterThan(1); // the answer has begun
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
    socket.resetAndDestroy();
    await closed;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  } finally {
    process.off("uncaughtException", note);
  }
  expect(uncaught).toEqual([]);
});

test("a connection without traffic is closed", async () => {
  const { socket, closed } = await open({ socketIdleMs: 1_000 });
  socket.write("PUT /b/k HTTP/1.1\r\nHos");
  const startedMs = performance.now();
  await closed;
  expect(performance.now() - startedMs).toBeGreaterThan(500);
});

test("a connection that has sent nothing is closed without an answer", async () => {
  const { text, closed } = await open({ headMs: 100 });
  await closed;
  expect(text()).toBe("");
});

test("a connection whose request head does not end gets 400 RequestTimeout", async () => {
  const { socket, text, closed } = await open({ headMs: 100 });
  socket.write("GET /b/k HTTP/1.1\r\nHos");
  await closed;
  expect(text()).toMatch(/^HTTP\/1\.1 400 /);
  expect(text()).toContain("<Code>RequestTimeout</Code>");
});

test("refused connections close, even if their clients keep them open", async () => {
  const { socket } = await open();
  const { port } = listener.server.address() as AddressInfo;
  const others = Array.from({ length: 20 }, () => connect({ port, allowHalfOpen: true }));
  for (const each of [socket, ...others]) {
    each.on("error", () => undefined).resume();
    each.write("NONSENSE\r\n\r\n");
  }
  const count = (): Promise<number> =>
    new Promise((resolve) => {
      listener.server.getConnections((_cause, connections) => resolve(connections));
    });
  await expect.poll(count).toBeGreaterThan(0);
  await expect.poll(count).toBe(0);
  for (const each of [socket, ...others]) each.destroy();
});
