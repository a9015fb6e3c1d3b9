// The transport against application servers that answer in every way a socket allows.
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { checkReplyHead } from "@ossicle/protocol";
import { afterEach, describe, expect, test } from "vitest";
import { Deadline } from "./deadline.ts";
import { Guard, TargetRefusedError } from "./guard.ts";
import { parseTargetPolicy, type TargetPolicy } from "../../configuration/target-policy.ts";
import { CallbackTransport, type CallbackReply, type ConnectionUse } from "./transport.ts";

let server: Server;
let connections = 0;
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server.close();
});

/** An application server that calls `answer` with the socket of each request. */
async function application(answer: (socket: Socket) => void): Promise<number> {
  connections = 0;
  server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("data", () => answer(socket)).on("error", () => undefined);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function policy(text: string): TargetPolicy {
  const parsed = parseTargetPolicy(text);
  if (parsed === undefined) throw new Error(`${text} is no policy`);
  return parsed;
}

const everywhere = new Guard(policy("private"));

function send(
  port: number,
  {
    transport = new CallbackTransport(everywhere, "close"),
    timeoutMs = 5_000,
    host = "127.0.0.1",
  } = {},
): Promise<CallbackReply> {
  return transport.send({
    destination: { host, port, secure: false, sni: false },
    target: "/cb?a=1",
    headers: ["Host", host, "Content-Length", "4"],
    body: Buffer.from("body"),
    deadline: new Deadline(timeoutMs),
    listener: { stage: () => undefined, head: checkReplyHead, refused: () => undefined },
  });
}

const good = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

describe("a callback is answered", () => {
  test.each([
    ["at once", good],
    ["after 100 Continue", `HTTP/1.1 100 Continue\r\n\r\n${good}`],
    ["after 103 Early Hints", `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${good}`],
    ["in the manner of HTTP/1.0", good.replace("HTTP/1.1", "HTTP/1.0")],
    ["with very many headers", good.replace("OK\r\n", `OK\r\n${"a: b\r\n".repeat(3_000)}`)],
  ])("%s", async (_name, text) => {
    const port = await application((socket) => socket.write(text));
    expect((await send(port)).body.toString()).toBe("{}");
  });

  test("a byte at a time", async () => {
    const port = await application(async (socket) => {
      for (const byte of good) {
        socket.write(byte);
        await new Promise(setImmediate);
      }
    });
    expect((await send(port)).body.toString()).toBe("{}");
  });
});

describe("a callback fails", () => {
  test.each([
    ["when the connection closes at once", "", "socket hang up"],
    ["when the answer is cut", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "aborted"],
    ["when the answer is not HTTP", "what?\r\n\r\n", "Parse Error"],
    [
      "when protocols are switched",
      "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
      "Error status : 101.",
    ],
    [
      "when extra bytes follow a failure",
      "HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\n{}x",
      "Error status : 500.",
    ],
    [
      "when a body follows a 204",
      "HTTP/1.1 204 No\r\nConnection: close\r\n\r\n{}",
      "Error status : 204.",
    ],
    [
      "when a connection is upgraded",
      "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
      "Error status : 101.",
    ],
    [
      "when the head is too long",
      `HTTP/1.1 200 OK\r\nA: ${"a".repeat(70_000)}\r\n\r\n`,
      "Parse Error",
    ],
    [
      "when there are two lengths",
      good.replace("\r\n\r\n", "\r\nContent-Length: 3\r\n\r\n"),
      "Parse",
    ],
    [
      "when the length is missing",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
      "missing content-length",
    ],
    ["when it is redirected", "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", "Error status : 302."],
  ])("%s", async (_name, text, message) => {
    const port = await application((socket) => socket.end(text));
    await expect(send(port)).rejects.toThrow(message);
  });

  test.each([
    ["when no answer arrives", () => undefined],
    ["when the answer stops halfway", (socket: Socket) => socket.write(good.slice(0, -1))],
    [
      "when 100 Continue repeats without end",
      (socket: Socket) => {
        const again = setInterval(() => socket.write("HTTP/1.1 100 Continue\r\n\r\n"), 10);
        socket.on("close", () => clearInterval(again));
      },
    ],
  ])("%s", async (_name, answer) => {
    const port = await application(answer);
    await expect(send(port, { timeoutMs: 200 })).rejects.toThrow("200 ms have passed");
  });

  test.each(["close", "keep-alive"] as const)(
    "when the address is refused, with connections that %s",
    async (use: ConnectionUse) => {
      const port = await application((socket) => socket.write(good));
      const transport = new CallbackTransport(new Guard(policy("public")), use);
      await expect(send(port, { transport })).rejects.toThrow(TargetRefusedError);
      expect(connections).toBe(0);
    },
  );

  test.each(["close", "keep-alive"] as const)(
    "when the name resolves too late, with connections that %s",
    async (use: ConnectionUse) => {
      const port = await application((socket) => socket.write(good));
      const never = new Guard(policy("private"), { resolve: () => new Promise(() => undefined) });
      const transport = new CallbackTransport(never, use);
      const sent = send(port, { transport, timeoutMs: 100, host: "app.example.com" });
      await expect(sent).rejects.toThrow("100 ms have passed");
    },
  );
});

describe("connections", () => {
  test("that are kept serve several callbacks, and are closed with the transport", async () => {
    const port = await application((socket) => socket.write(good));
    const transport = new CallbackTransport(everywhere, "keep-alive");
    for (let count = 0; count < 3; count += 1) await send(port, { transport });
    expect(connections).toBe(1);
    const closed = Promise.all([...sockets].map((socket) => once(socket, "close")));
    transport.close();
    await closed;
  });

  test("that the application closes are not used again", async () => {
    const port = await application((socket) => socket.end(good));
    const transport = new CallbackTransport(everywhere, "keep-alive");
    for (let count = 0; count < 3; count += 1) {
      await send(port, { transport });
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
    expect(connections).toBe(3);
    transport.close();
  });

  test("on which the application sends unsolicited bytes are not used again", async () => {
    const port = await application((socket) => {
      socket.write(good);
      setTimeout(() => socket.write(good.replace("{}", "[]")), 10);
    });
    const transport = new CallbackTransport(everywhere, "keep-alive");
    for (let count = 0; count < 3; count += 1) {
      expect((await send(port, { transport })).body.toString()).toBe("{}");
      await expect.poll(() => [...sockets].filter(({ destroyed }) => !destroyed)).toEqual([]);
    }
    expect(connections).toBe(3);
    transport.close();
  });

  test("that switched protocols are closed", async () => {
    const port = await application((socket) => {
      socket.write("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
    });
    for (const use of ["keep-alive", "close"] as const) {
      const transport = new CallbackTransport(everywhere, use);
      await expect(send(port, { transport })).rejects.toThrow("Error status : 101.");
      transport.close();
    }
    await expect.poll(() => [...sockets].filter(({ destroyed }) => !destroyed)).toEqual([]);
  });

  test("are closed when a request cannot be written", async () => {
    const port = await application((socket) => socket.write(good));
    const closed = new Promise((resolve) => {
      server.once("connection", (socket) => socket.once("close", resolve));
    });
    const transport = new CallbackTransport(everywhere, "close");
    const sent = transport.send({
      destination: { host: "127.0.0.1", port, secure: false, sni: false },
      target: "/a b",
      headers: ["Host", "a"],
      body: Buffer.from("body"),
      deadline: new Deadline(5_000),
      listener: { stage: () => undefined, head: checkReplyHead, refused: () => undefined },
    });
    await expect(sent).rejects.toThrow("unescaped characters");
    await closed;
  });
});
