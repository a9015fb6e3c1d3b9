// An upload that calls the application back, end to end: client, store, application, over real
// sockets.
import { createConnection, createServer as createTcpServer, type AddressInfo } from "node:net";
import { deflateSync } from "node:zlib";
import { CallbackFailedError, type Client, createClient, OssError } from "@ossicle/client";
import { createUploadTicket, verifyCallback } from "@ossicle/kit";
import { encodeParameter, signQuery } from "@ossicle/protocol";
import { startStore, type TestStore } from "@ossicle/server/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Application, answerJson, type Behaviour, startApplication } from "./application.ts";

const bucket = "examplebucket";
const key = "exampledir/exampleobject.txt";
const template =
  "bucket=${bucket}&object=${object}&etag=${etag}&size=${size}&mimeType=${mimeType}" +
  "&my_var1=${x:var1}&my_var2=${x:var2}";
const variables = { "x:var1": "x:value1", "x:var2": "x:value2" } as const;

let store: TestStore;
let client: Client;
let behaviour: Behaviour;
let application: Application;

beforeAll(async () => {
  store = await startStore();
  client = createClient({
    endpoint: store.url,
    region: store.region,
    credentials: store.credentials,
  });
  application = await startApplication((response, received) => behaviour(response, received));
});
beforeEach(async () => {
  behaviour = (response) => answerJson(response);
  await client.putBucket({ bucket });
});
afterEach(async () => {
  application.received.length = 0;
  await store.reset();
});
afterAll(async () => {
  await application.close();
  await store.close();
});

const upload = (callback: object = {}) =>
  client.putObject({
    bucket,
    key,
    body: "hello",
    contentType: "text/plain",
    callback: { url: `${application.url}/cb`, body: template, variables, ...callback },
  });

async function failure(work: Promise<unknown>): Promise<CallbackFailedError> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (error instanceof CallbackFailedError) return error;
  throw new Error(`no CallbackFailedError but ${String(error)}`);
}

describe("an upload with a callback", () => {
  test("results in the application's answer", async () => {
    behaviour = (response) => answerJson(response, { saved: true });
    const result = await upload();
    expect(result.callback?.json()).toEqual({ saved: true });
    expect(result).toMatchObject({
      etag: "5D41402ABC4B2A76B9719D911017C592",
      contentMd5: "XUFAKrxLKna5cZ2REBfFkg==",
    });
    const [received] = application.received;
    expect(received?.body).toBe(
      "bucket=examplebucket&object=exampledir%2Fexampleobject.txt" +
        "&etag=5D41402ABC4B2A76B9719D911017C592&size=5&mimeType=text%2Fplain&my_var1=x%3Avalue1" +
        "&my_var2=x%3Avalue2",
    );
    expect(received).toMatchObject({
      method: "POST",
      target: "/cb",
      headers: {
        host: "127.0.0.1",
        connection: "close",
        "content-type": "application/x-www-form-urlencoded",
        "user-agent": "aliyun-oss-callback",
        "x-oss-bucket": bucket,
        "x-oss-request-id": result.requestId,
        "x-oss-signature-version": "1.0",
        "x-oss-tag": "CALLBACK",
      },
    });
    expect(await (await client.getObject({ bucket, key })).text()).toBe("hello");
    expect(await store.callbacks.next()).toMatchObject({
      id: result.requestId,
      outcome: { kind: "delivered" },
    });
  });

  test("carries a signature that the kit verifies, from a key that the store serves", async () => {
    await upload({ url: `${application.url}/a%20b/?q=%2F&r` });
    const [received] = application.received;
    if (received === undefined) throw new Error("nothing was received");
    const { target, headers, body } = received;
    const trusted = { trustedKeyUrls: [`${store.url}/_ossicle/callback-keys/`] };
    const verification = await verifyCallback(
      { target, headers, body: Buffer.from(body) },
      trusted,
    );
    expect(verification).toMatchObject({ verified: true });
    const changed = await verifyCallback(
      { target: `${target}&x`, headers, body: Buffer.from(body) },
      trusted,
    );
    expect(changed).toEqual({ verified: false, reason: "signature-mismatch" });
  });

  test("renders JSON, every system variable, and an image's size", async () => {
    const png = pngOf(3, 2);
    const names = [
      "bucket",
      "object",
      "etag",
      "size",
      "mimeType",
      "imageInfo.width",
      "imageInfo.height",
      "imageInfo.format",
      "crc64",
      "contentMd5",
      "vpcId",
      "clientIp",
      "reqId",
      "operation",
      "x:none",
      "unknown",
    ];
    const body = `{${names.map((name) => `"${name}":\${${name}}`).join(",")}}`;
    const callback = { url: application.url, body, bodyType: "application/json" as const };
    const { requestId } = await client.putObject({
      bucket,
      key: "a b.png",
      body: png,
      contentType: "image/png",
      callback,
    });
    expect(JSON.parse(application.received[0]?.body ?? "")).toMatchObject({
      bucket,
      object: "a b.png",
      size: png.length,
      mimeType: "image/png",
      "imageInfo.width": 3,
      "imageInfo.height": 2,
      "imageInfo.format": "png",
      vpcId: "",
      clientIp: "127.0.0.1",
      reqId: requestId,
      operation: "PutObject",
      "x:none": "",
      unknown: "",
    });
    const big = new Uint8Array(300_000);
    big.set(png);
    await client.putObject({ bucket, key: "big.png", body: big, callback });
    expect(JSON.parse(application.received[1]?.body ?? "")).toMatchObject({ "imageInfo.width": 3 });
  });

  test("gets no upload ticket without an access key", async () => {
    const of = (accessKeyId: string, accessKeySecret: string): Promise<unknown> =>
      createUploadTicket({
        endpoint: store.url,
        region: store.region,
        credentials: () => Promise.resolve({ accessKeyId, accessKeySecret }),
        bucket,
        key,
        expiresSeconds: 60,
      });
    await expect(of("", "secret")).rejects.toThrow("a ticket needs accessKeyId");
    await expect(of("id", "")).rejects.toThrow(TypeError);
    expect(await of("id", "secret")).toMatchObject({ method: "PUT" });
  });

  test("passes on an answer of 5 KiB in one chunk", async () => {
    const answer = { text: "é".repeat(2_560) };
    behaviour = (response) => answerJson(response, answer);
    const ticket = await createUploadTicket({
      endpoint: store.url,
      region: store.region,
      credentials: store.credentials,
      bucket,
      key,
      expiresSeconds: 60,
      callback: { url: application.url, body: "o=${object}" },
    });
    const { hostname, port, pathname, search } = new URL(ticket.url);
    const chunks = await new Promise<Buffer[]>((resolve, reject) => {
      const seen: Buffer[] = [];
      const socket = createConnection(Number(port), hostname, () => {
        socket.write(
          `PUT ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: ` +
            "1\r\nConnection: close\r\n\r\nx",
        );
      });
      socket.on("data", (chunk) => seen.push(chunk));
      socket.on("end", () => resolve(seen));
      socket.on("error", reject);
    });
    const [first] = chunks;
    expect(first?.toString()).toMatch(/^HTTP\/1\.1 200/);
    expect(first?.toString()).toContain(JSON.stringify(answer));
  });

  test("passes an XML answer on as XML", async () => {
    behaviour = (response) => {
      response.writeHead(200, {
        "content-type": "application/xml; charset=utf-8",
        "content-length": 5,
      });
      response.end("<ok/>");
    };
    const ticket = await ticketFor({ url: application.url, body: "o" });
    const response = await fetch(ticket, { method: "PUT", body: new Uint8Array(1) });
    expect([response.headers.get("content-type"), await response.text()]).toEqual([
      "application/xml",
      "<ok/>",
    ]);
  });

  test("tries its URLs in order until one succeeds", async () => {
    behaviour = (response, { target }) => {
      if (target !== "/third") response.writeHead(500).end();
      else answerJson(response, { from: target });
    };
    const url = ["/first", "/second", "/third", "/fourth"].map((path) => application.url + path);
    expect((await upload({ url })).callback?.json()).toEqual({ from: "/third" });
    expect(application.received.map(({ target }) => target)).toEqual([
      "/first",
      "/second",
      "/third",
    ]);
  });

  test("sends the Host and the additional headers of its parameters", async () => {
    const callback = encodeParameter({
      callbackUrl: application.url,
      callbackHost: "vhost.example.com",
      callbackBody: "b",
      additionalHeaders: { "x-trace": "7" },
    });
    await client.putObject({ bucket, key, body: "x", callback: { callback } });
    expect(application.received[0]?.headers).toMatchObject({
      host: "vhost.example.com",
      "x-trace": "7",
      "x-oss-additional-headers": "x-trace",
    });
  });
});

describe("a callback that fails", () => {
  const replies: [string, Behaviour, string, string | undefined][] = [
    [
      "201",
      (one) => one.writeHead(201, { "content-length": 2 }).end("{}"),
      "Error status : 201.",
      "0007-00000203",
    ],
    [
      "a redirect",
      (one) => one.writeHead(301, { location: "/elsewhere", "content-length": 0 }).end(),
      "Error status : 301.",
      "0007-00000203",
    ],
    [
      "an error",
      (one) => one.writeHead(502, { "content-length": 0 }).end(),
      "Error status : 502.",
      "0007-00000203",
    ],
    [
      "chunks",
      (one) => {
        one.writeHead(200, { "transfer-encoding": "chunked" });
        one.end("{}");
      },
      "Error Status : 400.User server missing content-length.",
      undefined,
    ],
    [
      "an empty body",
      (one) => one.writeHead(200, { "content-length": 0 }).end(),
      "Error Status : 400.User server return invalid conent-length value.",
      undefined,
    ],
    [
      "a body that is too long",
      (one) => {
        one.writeHead(200, { "content-length": 1_048_577 });
        one.write("{");
      },
      "Error Status : 400.User server return too long content-length value.",
      undefined,
    ],
    [
      "OK",
      (one) => one.writeHead(200, { "content-length": 2 }).end("OK"),
      "Response body is not valid json format.",
      "0007-00000205",
    ],
    [
      "a byte-order mark",
      (one) => one.writeHead(200, { "content-length": 5 }).end("\ufeff{}"),
      "Response body is not valid json format.",
      "0007-00000205",
    ],
    [
      "a connection that breaks",
      (one) => one.socket?.destroy(),
      "Error status : 502.",
      "0007-00000203",
    ],
    [
      "a body that breaks",
      (one) => {
        one.writeHead(200, { "content-length": 10 });
        one.write("{");
        setTimeout(() => one.socket?.destroy(), 20);
      },
      "Error status : 502.",
      "0007-00000203",
    ],
  ];
  test.each(replies)("with %s leaves the object stored", async (_name, answer, message, ec) => {
    behaviour = answer;
    const error = await failure(upload());
    expect(error).toMatchObject({
      code: "CallbackFailed",
      status: 203,
      stored: true,
      message,
      etag: "5D41402ABC4B2A76B9719D911017C592",
    });
    expect(error.ec).toBe(ec);
    expect(await (await client.getObject({ bucket, key })).text()).toBe("hello");
    expect((await store.callbacks.next()).outcome).toMatchObject({ kind: "failed", message });
    expect(application.received).toHaveLength(1);
  });

  test("because no program listens is reported as 502", async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await failure(upload({ url: `http://127.0.0.1:${port}/` }))).toMatchObject({
      message: "Error status : 502.",
    });
  });

  test("because the name does not resolve is reported as 502", async () => {
    expect(await failure(upload({ url: "http://no-such-host.invalid/" }))).toMatchObject({
      message: "Error status : 502.",
    });
  });

  test("because it takes more than five seconds is reported as a timeout", async () => {
    behaviour = () => undefined;
    const error = await failure(upload());
    expect(error).toMatchObject({ message: "Cost too long time.", ec: "0007-00000202" });
  });

  test("because the TLS handshake does not end is cut off after the same time", async () => {
    const tarpit = createTcpServer(() => undefined);
    await new Promise<void>((resolve) => {
      tarpit.listen(0, "127.0.0.1", resolve);
    });
    const { port } = tarpit.address() as AddressInfo;
    const error = await failure(upload({ url: `https://127.0.0.1:${port}/` }));
    expect(error).toMatchObject({ message: "Cost too long time.", ec: "0007-00000202" });
    tarpit.close();
  });

  test("still returns the object's ETag and CRC-64, with status 203", async () => {
    behaviour = (response) => response.writeHead(500).end();
    const ticket = await ticketFor({ url: application.url, body: "o" });
    const response = await fetch(ticket, { method: "PUT", body: new Uint8Array(1) });
    expect(response.status).toBe(203);
    const { headers } = response;
    expect(headers.get("content-type")).toBe("application/xml");
    expect(headers.get("etag")).toMatch(/^"[0-9A-F]{32}"$/);
    expect(headers.get("x-oss-hash-crc64ecma")).toMatch(/^\d+$/);
    expect(headers.get("x-oss-ec")).toBe("0007-00000203");
    expect([...(await response.text()).matchAll(/<(\w+)>/g)].map(([, name]) => name)).toEqual([
      "Error",
      "Code",
      "Message",
      "RequestId",
      "HostId",
      "EC",
      "RecommendDoc",
    ]);
  });
});

describe("callback parameters that are refused", () => {
  const nothingStored = async (): Promise<void> => {
    await expect(client.headObject({ bucket, key })).rejects.toMatchObject({ code: "NoSuchKey" });
    expect(application.received).toEqual([]);
  };

  test("store nothing", async () => {
    const callback = {
      callback: encodeParameter({ callbackUrl: application.url, callbackBody: "$(object)" }),
    };
    const refused = client.putObject({ bucket, key, body: "x".repeat(100_000), callback });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      code: "InvalidArgument",
      ec: "0007-00000105",
    });
    await nothingStored();
  });

  test("in header and query at once store nothing", async () => {
    const headers = {
      "x-oss-callback": encodeParameter({ callbackUrl: application.url, callbackBody: "o" }),
    };
    const query = await signQuery(
      {
        method: "PUT",
        resource: `/${bucket}/${key}`,
        query: [{ name: "callback", value: headers["x-oss-callback"] }],
        headers: Object.entries(headers),
      },
      {
        credentials: store.credentials,
        version: "V4",
        region: store.region,
        now: new Date(),
        expiresSeconds: 60,
      },
    );
    const text = query.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join("&");
    const response = await fetch(`${store.url}/${bucket}/${key}?${text}`, {
      method: "PUT",
      headers,
      body: new Uint8Array(1),
    });
    expect([response.status, response.headers.get("x-oss-ec")]).toEqual([400, "0007-00000027"]);
    await nothingStored();
  });

  test("because the body would be too long store nothing", async () => {
    const long = Object.fromEntries(
      Array.from({ length: 10 }, (_unused, index) => [`x:v${index}`, "é".repeat(150)]),
    );
    const body = Array.from({ length: 300 }, (_unused, index) => `\${x:v${index % 10}}`).join("");
    const refused = client.putObject({
      bucket,
      key,
      body: "x",
      callback: { url: application.url, body, variables: long },
    });
    await expect(refused).rejects.toThrow(OssError);
    await nothingStored();
  });
});

test("a server that others can reach refuses private targets and stores nothing", async () => {
  const guarded = await startStore({ settings: { advertisedUrl: "http://store.example.com" } });
  try {
    const other = createClient({
      endpoint: guarded.server.listenUrl,
      region: guarded.region,
      credentials: guarded.credentials,
    });
    await other.putBucket({ bucket });
    const refused = other.putObject({
      bucket,
      key,
      body: "x",
      callback: { url: application.url, body: "o" },
    });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      ec: "0007-00000008",
      message: "Private address is forbidden to callback.",
    });
    await expect(other.headObject({ bucket, key })).rejects.toMatchObject({ code: "NoSuchKey" });
  } finally {
    await guarded.close();
  }
});

async function ticketFor(callback: {
  readonly url: string;
  readonly body: string;
}): Promise<string> {
  const { credentials, region, url: endpoint } = store;
  const ticket = await createUploadTicket({
    endpoint,
    region,
    credentials,
    bucket,
    key,
    expiresSeconds: 60,
    callback,
  });
  return ticket.url;
}

/** A grey PNG image, valid except for the CRCs of its chunks. */
function pngOf(width: number, height: number): Uint8Array<ArrayBuffer> {
  const chunk = (type: string, data: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(data.length, 0);
    head.write(type, 4);
    return Buffer.concat([head, data, Buffer.alloc(4)]); // readers of sizes do not check CRCs
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const pixels = deflateSync(Buffer.alloc((width + 1) * height));
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  return new Uint8Array(
    Buffer.concat([
      signature,
      chunk("IHDR", header),
      chunk("IDAT", pixels),
      chunk("IEND", Buffer.alloc(0)),
    ]),
  );
}
