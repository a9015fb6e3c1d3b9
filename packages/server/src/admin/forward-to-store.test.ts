// Requests to the store through the admin listener's port, over real sockets.
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, connect } from "node:net";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { maxHeaderLines } from "../http/malformed.ts";
import { forwardTo, storePath } from "./forward-to-store.ts";
import { mayForwardBy } from "./may-forward.ts";

interface Received {
  readonly line: string;
  readonly headers: readonly string[];
  readonly body: string;
}

let store: Server;
let front: Server;
let close: () => void;
let received: Received[];
let answer: (message: IncomingMessage) => readonly string[];

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let url: string;
beforeEach(async () => {
  received = [];
  answer = () => [];
  store = createServer((message, response) => {
    let body = "";
    message.on("data", (bytes: Buffer) => (body += bytes.toString()));
    message.on("end", () => {
      const line = `${message.method} ${message.url}`;
      received.push({ line, headers: message.rawHeaders, body });
      response.writeHead(200, [...answer(message)]);
      response.end("<h1>an object</h1>");
    });
  });
  const forwarder = forwardTo(
    { url: await listening(store), certificate: undefined },
    mayForwardBy(accounts),
  );
  ({ close } = forwarder);
  front = createServer((message, response) => forwarder.forward(message, response));
  front.maxHeadersCount = maxHeaderLines + 1;
  url = (await listening(front)) + storePath;
});
afterEach(() => {
  close();
  for (const server of [store, front]) {
    server.close();
    server.closeAllConnections();
  }
});

/** Knows one temporary key, which has a policy. */
const keys: Readonly<Record<string, object>> = {
  "STS.narrow": { account: { id: "1" }, session: { policy: {} } },
  "of-partner": { account: { id: "2" } },
};
const accounts = {
  owner: { id: "1" },
  find: (id: string) => Promise.resolve(keys[id]),
} as unknown as Parameters<typeof mayForwardBy>[0];

const authorization = "OSS4-HMAC-SHA256 Credential=x";

describe("a request to the store", () => {
  test("passes with its path, its headers and its body as they were sent", async () => {
    const { hostname, port } = new URL(url);
    const path = `${storePath}/bucket/a%2F..%2Fb?uploads&x=%20`;
    const headers = { Authorization: authorization, "X-Oss-Meta-A": "1", Origin: "http://evil" };
    const sent = request({ hostname, port, path, method: "PUT", headers });
    sent.write("be");
    sent.end("fore");
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(200);
    const [one] = received;
    expect(one).toMatchObject({ line: "PUT /bucket/a%2F..%2Fb?uploads&x=%20", body: "before" });
    expect(one?.headers).toContain("X-Oss-Meta-A");
    expect(one?.headers).not.toContain("Origin");
  });

  test("cannot claim another address, and keeps headers of its connection to itself", async () => {
    const { hostname, port } = new URL(url);
    const headers = {
      Authorization: authorization,
      "X-Forwarded-For": "192.0.2.9",
      Forwarded: "for=192.0.2.9",
      Connection: "X-Hop, close",
      "X-Hop": "1",
    };
    const sent = request({ hostname, port, path: `${storePath}/b/k`, headers }).end();
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    response.resume();
    const names = (received[0]?.headers ?? []).map((name) => name.toLowerCase());
    for (const name of ["x-forwarded-for", "forwarded", "x-hop"]) expect(names).not.toContain(name);
  });

  test("of the service has the path /", async () => {
    await fetch(`${url}?tagging`, { headers: { authorization } });
    await fetch(url, { headers: { authorization } });
    expect(received.map(({ line }) => line)).toEqual(["GET /?tagging", "GET /"]);
  });

  test("is answered with headers under which no object can run", async () => {
    answer = () => ["Content-Type", "text/html", "Content-Security-Policy", "script-src *"];
    const { headers } = await fetch(`${url}/b/page.html`, { headers: { authorization } });
    expect(headers.get("content-type")).toBe("text/html");
    expect(headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("gives nothing to pages of other origins, whatever the bucket's rules say", async () => {
    answer = () => ["Access-Control-Allow-Origin", "*", "Set-Cookie", "a=b"];
    const { headers } = await fetch(`${url}/b/k`, { headers: { authorization } });
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect(headers.get("set-cookie")).toBeNull();
  });

  test.each([
    ["without a signature", {}],
    ["with V1", { authorization: "OSS ak:signature" }],
  ])("is refused %s", async (_, headers) => {
    const refused = await fetch(`${url}/b/k?OSSAccessKeyId=a&Signature=b`, { headers });
    expect([refused.status, received]).toEqual([403, []]);
    expect(refused.headers.get("content-security-policy")).toContain("sandbox");
  });

  test.each([
    ["a temporary key with a policy", "STS.narrow"],
    ["another account", "of-partner"],
  ])("of %s is refused", async (_, id) => {
    const claim = `OSS4-HMAC-SHA256 Credential=${id}/20261130/x/oss/aliyun_v4_request`;
    const headers = { authorization: claim, "x-oss-security-token": "token" };
    expect((await fetch(`${url}/b/k`, { headers })).status).toBe(403);
    expect(received).toEqual([]);
  });

  test("with more lines than Node keeps is refused, and its body is no request", async () => {
    const { hostname, port } = new URL(url);
    const inner = "PUT /b/inner HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET ${storePath}/b/k HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n` +
        `${"a: b\r\n".repeat(1_500)}Content-Length: ${inner.length}\r\n\r\n${inner}`,
    );
    const [first] = (await once(socket, "data")) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
    await fetch(`${url}/b/after`, { headers: { authorization } });
    expect(received.map(({ line }) => line)).toEqual(["GET /b/after"]);
  });

  test("that is answered before the end of its body gets the answer at once", async () => {
    store.removeAllListeners("request");
    store.on("request", (message: IncomingMessage, response: ServerResponse) => {
      response.writeHead(403).end("early");
      // Reads so little that a sender who waits for it would wait long.
      const timer = setInterval(() => message.read(1_024), 10);
      response.on("close", () => clearInterval(timer));
    });
    const body = new Uint8Array(20_000_000);
    const startedMs = performance.now();
    const answer = await fetch(`${url}/b/k`, { method: "PUT", body, headers: { authorization } });
    expect([answer.status, await answer.text()]).toEqual([403, "early"]);
    expect(performance.now() - startedMs).toBeLessThan(4_000);
  });

  test("gets 502 when the store does not listen", async () => {
    store.close();
    store.closeAllConnections();
    const { status } = await fetch(`${url}/b/k`, { headers: { authorization } });
    expect(status).toBe(502);
  });
});
