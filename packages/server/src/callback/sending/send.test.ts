// Sending a delivery: the record of each attempt, and the verdict on each failure.
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type CallbackUrl, parseCallbackUrl } from "@ossicle/protocol";
import { ModelMetadataStore } from "../../../../store/src/testing.ts";
import { afterEach, describe, expect, test } from "vitest";
import { Guard } from "./guard.ts";
import { Admission } from "./admission.ts";
import { modelRecord } from "../../testing/model-delivery.ts";
import { callbackTimeoutMs, send, type Sender } from "./send.ts";
import { loadSigner } from "./signer.ts";
import { parseTargetPolicy } from "../../configuration/target-policy.ts";
import { CallbackTransport, type Stage } from "./transport.ts";
import { verdictOf } from "./verdict.ts";
import type { Delivery } from "../deliveries/delivery.ts";
import type { AttemptRecord } from "../../objects/records/delivery-record.ts";

const signer = await loadSigner(new ModelMetadataStore(), 1_024);
let server: Server | undefined;
afterEach(() => server?.close());

async function application(answer: string): Promise<number> {
  server = createServer((socket: Socket) => {
    socket.on("data", () => socket.end(answer)).on("error", () => undefined);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function delivery(...urls: readonly string[]): Delivery {
  const record = modelRecord({ urls, bodyBytes: 2 });
  return { id: "0".repeat(24), record, body: Buffer.from("{}") };
}

function refusing(status: number, body: string): string {
  return `HTTP/1.1 ${status} No\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

const attemptsOf = (...urls: readonly string[]): Promise<readonly AttemptRecord[]> =>
  attemptsUnder({}, ...urls);

async function attemptsUnder(
  rules: Sender["rules"],
  ...urls: readonly string[]
): Promise<readonly AttemptRecord[]> {
  return (await send(senderUnder(rules), delivery(...urls))).attempts;
}

function senderUnder(rules: Sender["rules"]): Sender {
  const policy = parseTargetPolicy("private");
  if (policy === undefined) throw new Error("the policy cannot be read");
  return {
    transport: new CallbackTransport(new Guard(policy), "close"),
    signer,
    rules,
    publicKeyUrl: "http://127.0.0.1/key.pem",
    webhooks: { headers: () => Promise.resolve([]) },
    clock: () => 1_000,
    timeoutMs: callbackTimeoutMs,
    admission: new Admission({ maxUnderWay: 10, circuitThreshold: 0, monotonic: () => 1_000 }),
  };
}

test("a signature that was made with the upload is sent to the first URL only", async () => {
  const heard: string[] = [];
  server = createServer((socket: Socket) => {
    socket.on("data", (bytes) => {
      heard.push(/^Authorization: (.*)\r$/m.exec(String(bytes))?.[1] ?? "");
      socket.end(refusing(500, ""));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const urls = [`http://127.0.0.1:${port}/a`, `http://127.0.0.1:${port}/b`];
  const prepared = { ...delivery(...urls), signature: Promise.resolve("made before") };
  await send(senderUnder({}), prepared);
  expect(heard).toEqual(["made before", await signer.sign("/b", prepared.body)]);
});

describe("an attempt's record", () => {
  test("has the stages in their order, and the answer", async () => {
    const port = await application("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\n\r\n{}");
    const [attempt] = await attemptsOf(`http://127.0.0.1:${port}/`);
    expect(attempt).toMatchObject({
      atMs: 1_000,
      status: 200,
      reply: { headers: ["Content-Length", "2", "X-A", "b"], body: "{}" },
    });
    expect(attempt).not.toHaveProperty("reason");
    const { resolvedMs = -1, connectedMs = -1, answeredMs = -1 } = attempt?.stages ?? {};
    expect(resolvedMs).toBeGreaterThanOrEqual(0);
    expect(connectedMs).toBeGreaterThanOrEqual(resolvedMs);
    expect(answeredMs).toBeGreaterThanOrEqual(connectedMs);
    expect(attempt?.tookMs).toBeGreaterThanOrEqual(answeredMs);
  });

  test("keeps the body of a refused answer, and the attempt before it", async () => {
    const port = await application("HTTP/1.1 500 Oh\r\nContent-Length: 4\r\n\r\nwhy?");
    const attempts = await attemptsOf("http://127.0.0.1:1/", `http://127.0.0.1:${port}/`);
    expect(attempts[0]).toMatchObject({ error: "Error status : 502." });
    expect(attempts[1]).toMatchObject({
      status: 500,
      error: "Error status : 500.",
      reply: { body: "why?" },
    });
  });
});

const ok = (body: string, more = ""): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;

describe("a verdict", () => {
  test.each([
    ["HTTP/1.1 301 Moved\r\nLocation: https://b.com/\r\n\r\n", "answered 301 to https://b.com/"],
    ["HTTP/1.1 301 Moved\r\nLocation: https://b.com/\r\n\r\n", "do not follow redirects"],
    ["HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "no route for POST"],
    ["HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "CSRF"],
    [refusing(401, "signature verification failed"), "docs/how-to/verify-callbacks.md"],
    [refusing(400, '{"msg":"verify not ok"}'), "docs/how-to/verify-callbacks.md"],
    // OSS's Java sample answers so.
    [refusing(400, '{"Status":"verdify not ok"}'), "docs/how-to/verify-callbacks.md"],
    [refusing(400, "bad signature"), "docs/how-to/verify-callbacks.md"],
    [refusing(403, '{"msg":"验签失败"}'), "docs/how-to/verify-callbacks.md"],
    [refusing(400, "pub key url is not from aliyun"), "docs/how-to/verify-callbacks.md"],
    [refusing(400, "The design failed"), "callbackBodyType"],
    [refusing(401, "authentication is not configured"), "requires a login"],
    [
      refusing(403, "pub key address must be gosspublic.alicdn.com"),
      "docs/how-to/verify-callbacks.md",
    ],
    [refusing(403, '{"error":"untrusted-key-url"}'), "trustedKeyUrls"],
    [refusing(403, '{"error":"body-changed"}'), "before any body parser"],
    [refusing(400, "the body has no such field"), "compare callbackBodyType"],
    ["HTTP/1.1 201 Made\r\nContent-Length: 2\r\n\r\n{}", "only 200 confirms"],
    ["HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", "the application failed"],
    [
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
      "serve with --callback-answer-length optional",
    ],
    ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "{} at least"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n{}", "at most 1048576 bytes"],
    [ok("\uFEFF{}"), "byte-order mark"],
    [ok("<!DOCTYPE html><title>Sign in</title>"), "a web page, not JSON"],
    [ok("<a/>"), "Content-Type is not application/xml"],
    [ok("{'a': 1}"), "not JSON: it begins \"{'a': 1}\""],
    [ok("<a>", "Content-Type: application/xml\r\n"), "is not XML"],
    [ok("\u001f\u008b", "Content-Encoding: gzip\r\n"), "compressed (gzip)"],
    [
      ok(Buffer.from([0x1f, 0x8b]).toString("latin1"), "Content-Encoding: gzip\r\n"),
      "compressed (gzip)",
    ],
    [ok("{", "Content-Encoding: identity\r\n"), 'not JSON: it begins "{"'],
    [ok("<a/>", "Content-Type: application/xml-x\r\n"), "Content-Type is not application/xml"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "broke off before the 9 bytes"],
    [`HTTP/1.1 200 OK\r\nA: ${"a".repeat(70_000)}\r\n\r\n`, "longer than 64 KiB"],
    ["what?\r\n\r\n", "does not answer in HTTP"],
    ["", "closed the connection without an answer"],
  ])("on the answer %j says %j", async (answer, words) => {
    const port = await application(answer);
    const [attempt] = await attemptsOf(`http://127.0.0.1:${port}/callback`);
    expect(attempt?.reason).toContain(words);
  });

  test("says that a chunked answer broke off, where no Content-Length is required", async () => {
    const port = await application("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}");
    const url = `http://127.0.0.1:${port}/callback`;
    const [attempt] = await attemptsUnder({ lengthOptional: true }, url);
    expect(attempt?.reason).toBe(
      "the answer broke off before its end: the application closed the connection too early",
    );
  });

  test("names a closed port, a name that does not resolve, and a refused address", async () => {
    const attempts = await attemptsOf(
      "http://127.0.0.1:1/",
      "http://name.invalid/",
      "http://192.0.2.1/",
    );
    expect(attempts.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("nothing listens at 127.0.0.1:1"),
      expect.stringContaining("name.invalid"),
      expect.stringContaining("192.0.2.1"),
    ]);
  });

  const url = parseCallbackUrl("https://app.example.com:8443/cb") as CallbackUrl;
  const facts = { url, sni: false, timeoutMs: 5_000, reached: new Set<Stage>(["resolved"]) };
  const error = (code: string, message = "no", more: object = {}): Error =>
    Object.assign(new Error(message), { code, ...more });

  test.each([
    [
      error("ERR_TLS_CERT_ALTNAME_INVALID", "no", {
        cert: { subjectaltname: "DNS:x.example.com, DNS:y.example.com" },
      }),
      "the certificate is for x.example.com, y.example.com, not for app.example.com: set " +
        "callbackSNI",
    ],
    [error("CERT_HAS_EXPIRED"), "has expired"],
    [error("DEPTH_ZERO_SELF_SIGNED_CERT"), "NODE_EXTRA_CA_CERTS"],
    [error("EPROTO", "ssl3_get_record:wrong version number"), "use http:// in callbackUrl"],
    [error("EPROTO", "tlsv1 alert protocol version"), "before 1.2"],
    [error("ECONNRESET"), "a connection that was kept"],
    [error("EPROTO", "sslv3 alert handshake failure"), "set callbackSNI"],
  ])("on the error %s says %s", (cause, words) => {
    expect(verdictOf(cause, facts)).toContain(words);
  });

  const late = new DOMException("5000 ms have passed", "TimeoutError");
  test.each<[readonly Stage[], string]>([
    [[], "the name app.example.com did not resolve"],
    [["resolved"], "could not be connected to within 5000 ms"],
    [["resolved", "connected"], "did not finish the TLS handshake"],
    [["resolved", "connected", "secured"], "answer first, and do slow work afterwards"],
  ])("on a timeout after the stages %j says %s", (reached, words) => {
    expect(verdictOf(late, { ...facts, reached: new Set(reached) })).toContain(words);
  });
});
