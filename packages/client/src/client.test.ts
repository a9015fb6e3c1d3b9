// The client on its own: addressing, bodies, retries, credentials, callbacks, presigning, and its size.
import { gzipSync } from "node:zlib";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { encodeCallback, encodeCallbackVariables } from "@ossicle/protocol";
import { CallbackFailedError } from "./callback-failed-error.ts";
import { type Client, createClient } from "./client.ts";
import type { ConnectionOptions } from "./connection.ts";
import type { ExpiringCredentials } from "./credentials.ts";

const credentials = { accessKeyId: "ak", accessKeySecret: "sk" };
const put = {
  ETag: '"E"',
  "x-oss-hash-crc64ecma": "1",
  "Content-MD5": "m",
  "x-oss-request-id": "R",
};

interface Seen {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
}

function clientOf(
  answers: readonly (Response | Error)[],
  options: Partial<ConnectionOptions> = {},
): { readonly client: Client; readonly seen: Seen[] } {
  const seen: Seen[] = [];
  const queue = [...answers];
  const client = createClient({
    endpoint: "https://oss-cn-hangzhou.aliyuncs.com",
    region: "oss-cn-hangzhou",
    credentials,
    now: () => Date.parse("2026-11-22T12:00:00Z"),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      seen.push({
        url: request.url,
        method: request.method,
        headers: request.headers,
        body: await request.text(),
      });
      const answer = queue.shift();
      if (answer === undefined || answer instanceof Error)
        throw answer ?? new Error("no answer is left");
      return answer;
    },
    ...options,
  });
  return { client, seen };
}

const ok = (body = "", headers: Readonly<Record<string, string>> = put): Response =>
  new Response(body, { headers });
const error = (status: number, code: string): Response =>
  new Response(
    `<Error><Code>${code}</Code><Message>m &amp; n</Message><RequestId>R</RequestId><HostId>h</HostId><EC>0</EC></Error>`,
    { status },
  );

describe("addressing", () => {
  test.each<[Partial<ConnectionOptions>, string]>([
    [{}, "https://b.oss-cn-hangzhou.aliyuncs.com/a/b%20%2B%E4%B8%AD"],
    [
      { endpoint: "oss-cn-hangzhou.aliyuncs.com" },
      "https://b.oss-cn-hangzhou.aliyuncs.com/a/b%20%2B%E4%B8%AD",
    ],
    [{ endpoint: "http://127.0.0.1:9650" }, "http://127.0.0.1:9650/b/a/b%20%2B%E4%B8%AD"],
    [{ endpoint: "http://localhost:9650" }, "http://localhost:9650/b/a/b%20%2B%E4%B8%AD"],
    [{ endpoint: "http://[::1]:9650" }, "http://[::1]:9650/b/a/b%20%2B%E4%B8%AD"],
    [
      { endpoint: "http://img.example.org", addressing: "custom-domain" },
      "http://img.example.org/a/b%20%2B%E4%B8%AD",
    ],
  ])("%j", async (options, url) => {
    const { client, seen } = clientOf([ok()], options);
    await client.putObject({ bucket: "b", key: "a/b +中", body: "x" });
    expect(seen[0]?.url).toBe(url);
  });

  test("a key that URL parsers would fold goes out whole", async () => {
    const { client, seen } = clientOf([ok(), ok()]);
    await client.putObject({ bucket: "b", key: "a/../c", body: "x" });
    await client.putObject({ bucket: "b", key: "./c", body: "x" });
    expect(seen.map(({ url }) => new URL(url).pathname)).toEqual(["/a%2F..%2Fc", "/.%2Fc"]);
  });
});

describe("bodies", () => {
  async function* generated(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("str");
    await Promise.resolve();
    yield Buffer.from("eam");
  }

  test.each([
    ["a string", "é", "é"],
    ["bytes", new TextEncoder().encode("bytes"), "bytes"],
    ["an ArrayBuffer", new TextEncoder().encode("buffer").buffer, "buffer"],
    ["a Blob", new Blob(["blob"], { type: "text/plain" }), "blob"],
    ["a web stream", new Blob(["web"]).stream(), "web"],
    ["a Node stream", Readable.from([Buffer.from("node")]), "node"],
    ["an async iterable", generated(), "stream"],
  ])("%s", async (_name, body, text) => {
    const { client, seen } = clientOf([ok()]);
    await client.putObject({ bucket: "b", key: "k", body });
    expect(seen[0]?.body).toBe(text);
    expect(seen[0]?.headers.get("authorization")).toMatch(
      /^OSS4-HMAC-SHA256 Credential=ak\/20261122\/cn-hangzhou\/oss\//,
    );
  });

  test("report progress", async () => {
    const { client } = clientOf([ok()]);
    const reports: [number, number | undefined][] = [];
    await client.putObject({
      bucket: "b",
      key: "k",
      body: "x".repeat(100),
      onProgress: (...one) => reports.push(one),
    });
    expect(reports.at(-1)).toEqual([100, 100]);
  });

  test("are given up when the caller says so", async () => {
    const { client } = clientOf([ok()]);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(client.putObject({ bucket: "b", key: "k", body: "x", signal })).rejects.toThrow(
      "enough",
    );
  });
});

describe("retries", () => {
  test("repeat what is safe, after 5xx and broken connections", async () => {
    const { client, seen } = clientOf([
      error(503, "ServiceUnavailable"),
      new TypeError("fetch failed"),
      ok(),
    ]);
    await client.putObject({ bucket: "b", key: "k", body: "x" });
    expect(seen).toHaveLength(3);
  });

  test("end after three tries, with the last error", async () => {
    const { client, seen } = clientOf([error(500, "A"), error(500, "B"), error(500, "C"), ok()]);
    await expect(client.deleteObject({ bucket: "b", key: "k" })).rejects.toMatchObject({
      code: "C",
    });
    expect(seen).toHaveLength(3);
  });

  test.each([
    ["a stream", { body: Readable.from([Buffer.from("x")]) }],
    ["an upload with a callback", { body: "x", callback: { url: "http://a.com/", body: "b" } }],
    ["an upload that forbids overwriting", { body: "x", forbidOverwrite: true }],
  ])("never repeat %s", async (_name, more) => {
    const { client, seen } = clientOf([error(503, "ServiceUnavailable"), ok()]);
    await expect(client.putObject({ bucket: "b", key: "k", ...more })).rejects.toMatchObject({
      code: "ServiceUnavailable",
    });
    expect(seen).toHaveLength(1);
  });

  test("never repeat a mistake of the caller's, though it is a TypeError too", async () => {
    let asked = 0;
    const { client, seen } = clientOf([ok()], {
      credentials: () => {
        asked += 1;
        return Promise.reject(new TypeError("undefined is not a function"));
      },
    });
    await expect(client.deleteObject({ bucket: "b", key: "k" })).rejects.toThrow("not a function");
    expect({ asked, seen: seen.length }).toEqual({ asked: 1, seen: 0 });
  });

  test("never repeat a refusal", async () => {
    const { client, seen } = clientOf([error(403, "AccessDenied"), ok()]);
    await expect(client.getObject({ bucket: "b", key: "k" })).rejects.toMatchObject({
      code: "AccessDenied",
      message: "m & n",
      requestId: "R",
      hostId: "h",
      ec: "0",
      status: 403,
    });
    expect(seen).toHaveLength(1);
  });
});

describe("credentials", () => {
  test("that expire are fetched once for all who wait, and anew before their end", async () => {
    let fetches = 0;
    let nowMs = 0;
    const provider = async (): Promise<ExpiringCredentials> => {
      fetches += 1;
      await Promise.resolve();
      return { ...credentials, securityToken: `t${fetches}`, expiresAt: new Date(nowMs + 600_000) };
    };
    const { client, seen } = clientOf(
      Array.from({ length: 4 }, () => ok()),
      { credentials: provider, now: () => nowMs },
    );
    const upload = () => client.putObject({ bucket: "b", key: "k", body: "x" });
    await Promise.all([upload(), upload(), upload()]);
    nowMs = 545_000;
    await upload();
    expect(seen.map(({ headers }) => headers.get("x-oss-security-token"))).toEqual([
      "t1",
      "t1",
      "t1",
      "t2",
    ]);
  });

  test("may be missing: then nothing is signed", async () => {
    const { client, seen } = clientOf([ok()], { credentials: undefined as never });
    await client.getObject({ bucket: "b", key: "k" });
    expect(seen[0]?.headers.has("authorization")).toBe(false);
  });
});

describe("callbacks", () => {
  const callback = {
    url: ["http://a.com/", "http://b.com/"],
    body: 'say "${object}" é',
    sni: true,
    variables: { "x:v": "é" },
  } as const;

  test("are encoded as JSON, whatever the template holds", () => {
    expect(JSON.parse(Buffer.from(encodeCallback(callback), "base64").toString())).toEqual({
      callbackUrl: "http://a.com/;http://b.com/",
      callbackBody: callback.body,
      callbackSNI: true,
    });
    expect(Buffer.from(encodeCallbackVariables(callback.variables), "base64").toString()).toBe(
      '{"x:v":"é"}',
    );
  });

  test.each([
    { ...callback, url: [] },
    { ...callback, url: Array(6).fill("http://a.com/") },
    { ...callback, body: "" },
    { ...callback, body: "$(object)" },
    { ...callback, body: "x".repeat(5_000) },
  ])("are checked before anything is sent", (bad) => {
    expect(() => encodeCallback(bad)).toThrow(RangeError);
  });

  test("bring the application's answer", async () => {
    const { client, seen } = clientOf([ok('{"a":"é"}')]);
    const result = await client.putObject({ bucket: "b", key: "k", body: "x", callback });
    expect(result).toMatchObject({ etag: "E", requestId: "R" });
    expect([result.callback?.text(), result.callback?.json()]).toEqual(['{"a":"é"}', { a: "é" }]);
    expect(seen[0]?.headers.get("x-oss-callback")).toBe(encodeCallback(callback));
    expect(seen[0]?.headers.get("x-oss-callback-var")).toBe(
      encodeCallbackVariables(callback.variables),
    );
  });

  test("that fail are told apart from failed uploads", async () => {
    const body =
      "<Error><Code>CallbackFailed</Code><Message>Error status : 502.</Message><HostId>h</HostId><EC>0007-00000203</EC></Error>";
    const { client } = clientOf([new Response(body, { status: 203, headers: put })]);
    const failed = await client
      .putObject({ bucket: "b", key: "k", body: "x", callback })
      .catch((cause: unknown) => cause);
    expect(failed).toBeInstanceOf(CallbackFailedError);
    expect(failed).toMatchObject({
      name: "CallbackFailedError",
      code: "CallbackFailed",
      stored: true,
      status: 203,
      etag: "E",
      message: "Error status : 502.",
      ec: "0007-00000203",
      requestId: "R",
      hostId: "h",
    });
  });
});

test("presigned uploads carry their callback in the URL", async () => {
  const { client } = clientOf([]);
  const { url, method } = await client.presignPutObject(
    { bucket: "b", key: "k", callback: { url: "http://a.com/", body: "b" } },
    { expiresSeconds: 60 },
  );
  const query = new URL(url).searchParams;
  expect(method).toBe("PUT");
  expect(query.get("callback")).toBe(encodeCallback({ url: "http://a.com/", body: "b" }));
  expect(query.get("x-oss-expires")).toBe("60");
});

test.each([
  ["a signed PUT with callback", "connect, putObject", 6_000],
  ["an upload in parts with callback", "connect, multipartUpload", 12_000],
])("%s costs little, minified and gzipped", async (what, names, limit) => {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { ${names} } from "./index.ts"; globalThis.api = [${names}];`,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["@ossicle/source"],
    write: false,
  });
  const minified = outputFiles[0]?.contents ?? new Uint8Array();
  const gzipped = gzipSync(minified, { level: 9 }).length;
  process.stdout.write(`${what}: ${minified.length} bytes minified, ${gzipped} gzipped\n`);
  expect(gzipped).toBeLessThanOrEqual(limit);
});
