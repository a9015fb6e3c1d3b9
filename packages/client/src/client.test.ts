// The client on its own: addressing, bodies, retries, credentials, callbacks, presigning, and its
// size.
import { gzipSync } from "node:zlib";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { encodeCallback, encodeCallbackVariables } from "@ossicle/protocol";
import { assumeRoleCredentials } from "./assume-role.ts";
import { CallbackFailedError } from "./callback-failed-error.ts";
import { type Client, createClient } from "./client.ts";
import { readUploadAnswer } from "./read-upload-answer.ts";
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

/** A misspelt member, which only TypeScript refuses. */
const misspelt: object = { contenttype: "image/png" };

/** An input without its required members, which only TypeScript refuses. */
const nothing = {} as { readonly bucket: string; readonly key: string };

const ok = (body = "", headers: Readonly<Record<string, string>> = put): Response =>
  new Response(body, { headers });
const error = (status: number, code: string): Response =>
  new Response(
    `<Error><Code>${code}</Code><Message>m &amp; n</Message><RequestId>R</RequestId>` +
      `<HostId>h</HostId><EC>0</EC></Error>`,
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
  ])("with the options %j gives the right URL", async (options, url) => {
    const { client, seen } = clientOf([ok()], options);
    await client.putObject({ bucket: "b", key: "a/b +中", body: "x" });
    expect(seen[0]?.url).toBe(url);
  });

  test("a key with dot segments is sent escaped, so that no URL parser changes it", async () => {
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
  ])("%s arrives whole", async (_name, body, text) => {
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
    await client.putObject(
      { bucket: "b", key: "k", body: "x".repeat(100) },
      { onProgress: (...one) => reports.push(one) },
    );
    expect(reports.at(-1)).toEqual([100, 100]);
  });

  test("are not sent when the caller's signal has aborted", async () => {
    const { client } = clientOf([ok()]);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(
      client.putObject({ bucket: "b", key: "k", body: "x" }, { signal }),
    ).rejects.toThrow("enough");
  });
});

describe("retries", () => {
  test("repeat a safe request after a 5xx and after a broken connection", async () => {
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

  test("never repeat a request whose credentials provider throws a TypeError", async () => {
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

  test("never repeat a request that the store refused", async () => {
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
  test("that expire are fetched once for concurrent calls, and renewed in advance", async () => {
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

  test("may be missing; requests are then not signed", async () => {
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

  test("are encoded as JSON, with quotes and non-ASCII characters in the template", () => {
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

  test("return the application's answer", async () => {
    const { client, seen } = clientOf([ok('{"a":"é"}')]);
    const result = await client.putObject({ bucket: "b", key: "k", body: "x", callback });
    expect(result).toMatchObject({ etag: "E", requestId: "R" });
    expect([result.callback?.text(), result.callback?.json()]).toEqual(['{"a":"é"}', { a: "é" }]);
    expect(seen[0]?.headers.get("x-oss-callback")).toBe(encodeCallback(callback));
    expect(seen[0]?.headers.get("x-oss-callback-var")).toBe(
      encodeCallbackVariables(callback.variables),
    );
  });

  test("that fail reject with CallbackFailedError: the object is stored", async () => {
    const body =
      "<Error><Code>CallbackFailed</Code><Message>Error status : 502.</Message><HostId>h" +
      "</HostId><EC>0007-00000203</EC></Error>";
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
    { bucket: "bucket", key: "k", callback: { url: "http://a.com/", body: "b" } },
    { expiresSeconds: 60 },
  );
  const query = new URL(url).searchParams;
  expect(method).toBe("PUT");
  expect(query.get("callback")).toBe(encodeCallback({ url: "http://a.com/", body: "b" }));
  expect(query.get("x-oss-expires")).toBe("60");
});

test("the path of an endpoint precedes the path of every request, and is not signed", async () => {
  const options = { region: "cn-hangzhou", now: () => 0 };
  const keys = { accessKeyId: "a", accessKeySecret: "b" };
  const urlOf = async (endpoint: string): Promise<URL> => {
    const client = createClient({ ...options, endpoint, credentials: keys });
    const request = { bucket: "bucket", key: "a/k" };
    return new URL((await client.presignGetObject(request, { expiresSeconds: 60 })).url);
  };
  const plain = await urlOf("http://127.0.0.1:1");
  for (const endpoint of ["http://127.0.0.1:1/store", "http://127.0.0.1:1/store/"]) {
    const behind = await urlOf(endpoint);
    expect(behind.pathname).toBe("/store/bucket/a/k");
    expect(behind.search).toBe(plain.search);
  }
  expect((await urlOf("http://a.com/x")).href).toMatch(/^http:\/\/bucket\.a\.com\/x\/a\/k\?/);
});

test.each([
  ["a signed PUT with callback", "connect, putObject", 6_000],
  ["an upload in parts with callback", "connect, multipartUpload", 12_000],
])("%s stays within its size limit, minified and gzipped", async (what, names, limit) => {
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

test.each([
  [{ expiresSeconds: 0 }, "expiresSeconds is 0"],
  [{ expiresSeconds: 604_801 }, "expiresSeconds is 604801"],
  [{ expiresSeconds: 1.5 }, "expiresSeconds is 1.5"],
  [{ bucket: "a/b" }, "not a valid bucket name"],
  [{ bucket: "Bucket" }, "not a valid bucket name"],
  [{ key: "" }, "the key has 0 bytes"],
  [{ key: "\u4e2d".repeat(342) }, "the key has 1026 bytes"],
  [{ key: "/k" }, "must not begin with /"],
  [{ key: "\\k" }, "must not begin with /"],
])("presigning refuses %o at once", async (change, message) => {
  const { client } = clientOf([]);
  const { expiresSeconds, ...input } = {
    bucket: "bucket",
    key: "k",
    expiresSeconds: 60,
    ...change,
  };
  for (const presign of [client.presignGetObject, client.presignPutObject]) {
    const made = presign(input, { expiresSeconds });
    await expect(made).rejects.toThrow(RangeError);
    await expect(made).rejects.toThrow(message);
  }
  await expect(client.postForm({ ...input, expiresSeconds })).rejects.toThrow(message);
});

describe("a server that is broken or hostile", () => {
  const listed = (token: string): Response =>
    ok(
      `<ListBucketResult><Name>b</Name><Prefix></Prefix><MaxKeys>1</MaxKeys><KeyCount>0` +
        `</KeyCount><IsTruncated>true</IsTruncated><NextContinuationToken>${token}` +
        `</NextContinuationToken></ListBucketResult>`,
    );

  test.each(["", "<html></html>", "not XML", "<ListAllMyBucketsResult/>"])(
    "whose list is %j is not taken for an empty bucket",
    async (body) => {
      const { client } = clientOf([ok(body)]);
      const listing = client.listObjectsV2({ bucket: "b" });
      await expect(listing).rejects.toThrow("answer to ListObjectsV2 is not a ListBucketResult");
    },
  );

  test("that sends an x-oss-err that is not Base64 causes an OssError", async () => {
    const answer = new Response(null, { status: 404, headers: { "x-oss-err": "%%%" } });
    const { client } = clientOf([answer]);
    await expect(client.headObject({ bucket: "b", key: "k" })).rejects.toMatchObject({
      name: "OssError",
      code: "HttpStatus404",
      status: 404,
    });
  });

  test.each([200, 403])(
    "whose answer of status %i does not end is cut off, and its stream is cancelled",
    async (status) => {
      let pulled = 0;
      let isCancelled = false;
      const endless = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          pulled += 1_048_576;
          controller.enqueue(new Uint8Array(1_048_576));
        },
        cancel: () => {
          isCancelled = true;
        },
      });
      const { client } = clientOf([new Response(endless, { status })]);
      await expect(client.listBuckets({})).rejects.toThrow("answer exceeds 64 MiB");
      expect(isCancelled).toBe(true);
      expect(pulled).toBeLessThan(80_000_000);
    },
  );

  test("whose page leads to itself causes an error", async () => {
    const { client, seen } = clientOf(Array.from({ length: 5 }, () => listed("same")));
    const all = async (): Promise<void> => {
      for await (const _ of client.allObjects({ bucket: "b" }));
    };
    await expect(all()).rejects.toThrow('the list repeats page ["same"]');
    expect(seen).toHaveLength(2);
  });

  test("whose pages lead back and forth causes an error", async () => {
    const { client, seen } = clientOf(["a", "b", "a", "b", "a", "b"].map(listed));
    const all = async (): Promise<void> => {
      for await (const _ of client.allObjects({ bucket: "b" }));
    };
    await expect(all()).rejects.toThrow("the list repeats page");
    expect(seen.length).toBeLessThan(6);
  });

  test("that does not answer causes a TimeoutError, unless the caller aborts before", async () => {
    const never: typeof fetch = (_input, init) =>
      new Promise((_resolve, reject) => {
        const stop = (): void => reject(init?.signal?.reason as Error);
        if (init?.signal?.aborted === true) stop();
        init?.signal?.addEventListener("abort", stop);
      });
    const { client } = clientOf([], { fetch: never, timeoutMs: 20 });
    await expect(client.getObject({ bucket: "b", key: "k" })).rejects.toMatchObject({
      name: "TimeoutError",
    });
    const patient = clientOf([], { fetch: never }).client;
    const stop = new AbortController();
    const reading = patient.getObject({ bucket: "b", key: "k" }, { signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
  });

  test("whose body stalls causes a TimeoutError, in a listing and in text()", async () => {
    const stalled: typeof fetch = (_input, init) => {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) =>
          init?.signal?.addEventListener("abort", () => controller.error(init.signal?.reason)),
      });
      return Promise.resolve(new Response(body, { headers: { "content-length": "5" } }));
    };
    const { client } = clientOf([], { fetch: stalled, timeoutMs: 20 });
    await expect(client.listBuckets({})).rejects.toMatchObject({ name: "TimeoutError" });
    const { text } = await client.getObject({ bucket: "b", key: "k" });
    await expect(text()).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("whose first page leads back to the caller's token causes an error at once", async () => {
    const { client, seen } = clientOf([listed("begin"), listed("begin")]);
    const all = async (): Promise<void> => {
      for await (const _ of client.allObjects({ bucket: "b", continuationToken: "begin" }));
    };
    await expect(all()).rejects.toThrow("the list repeats page");
    expect(seen).toHaveLength(1);
  });

  test("whose body was already read is not read again as an empty one", async () => {
    const { client } = clientOf([ok("hello"), ok("hello")]);
    const first = await client.getObject({ bucket: "b", key: "k" });
    expect(await first.text()).toBe("hello");
    await expect(first.text()).rejects.toThrow(TypeError);
    await expect(first.bytes()).rejects.toThrow(TypeError);
    const second = await client.getObject({ bucket: "b", key: "k" });
    for await (const _ of second.body);
    await expect(second.text()).rejects.toThrow(TypeError);
  });

  test("whose body arrives slowly causes no timeout while bytes arrive", async () => {
    let left = 5;
    const slow: typeof fetch = () => {
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          await new Promise((resolve) => {
            setTimeout(resolve, 60);
          });
          if (left === 0) return controller.close();
          left -= 1;
          controller.enqueue(Buffer.from("x"));
        },
      });
      return Promise.resolve(new Response(body));
    };
    for (const timeoutMs of [250, Infinity]) {
      left = 5;
      const { client } = clientOf([], { fetch: slow, timeoutMs });
      const { text } = await client.getObject({ bucket: "b", key: "k" });
      expect(await text()).toBe("xxxxx");
    }
  });
});

describe("a clock that is a day off", () => {
  const skewed = (): Response =>
    new Response("<Error><Code>RequestTimeTooSkewed</Code><Message>m</Message></Error>", {
      status: 403,
      headers: { date: "Mon, 23 Nov 2026 12:00:00 GMT" },
    });

  test("is corrected once from the answer's Date, even where retries are not allowed", async () => {
    const { client, seen } = clientOf([skewed(), ok(), ok()]);
    const callback = { url: "http://a.com/", body: "b" };
    await client.putObject({ bucket: "b", key: "k", body: "x", callback });
    await client.putObject({ bucket: "b", key: "k", body: "x" });
    const dates = seen.map(({ headers }) => headers.get("x-oss-date"));
    expect(dates).toEqual(["20261122T120000Z", "20261123T120000Z", "20261123T120000Z"]);
  });

  test("is reported when a retry fails; a failed stream corrects the next request", async () => {
    const { client, seen } = clientOf([skewed(), skewed()]);
    await expect(client.headObject({ bucket: "b", key: "k" })).rejects.toMatchObject({
      code: "RequestTimeTooSkewed",
    });
    expect(seen).toHaveLength(2);
    const once = clientOf([skewed(), ok()]);
    const body = Readable.from([Buffer.from("x")]);
    await expect(once.client.putObject({ bucket: "b", key: "k", body })).rejects.toMatchObject({
      code: "RequestTimeTooSkewed",
    });
    await once.client.headObject({ bucket: "b", key: "k" });
    expect(once.seen.at(-1)?.headers.get("x-oss-date")).toBe("20261123T120000Z");
  });
});

test("assumeRoleCredentials corrects a wrong clock; the expiry is by the local one", async () => {
  const serverMs = Date.parse("2026-11-23T12:00:00Z");
  const headers = { date: new Date(serverMs).toUTCString() };
  const key = { AccessKeyId: "STS.a", AccessKeySecret: "s", SecurityToken: "t" };
  const answers = [
    new Response('{"Code":"InvalidTimeStamp.Expired","Message":"m"}', { status: 400, headers }),
    new Response(JSON.stringify({ Credentials: { ...key, Expiration: "2026-11-23T13:00:00Z" } }), {
      headers,
    }),
  ];
  const asked: string[] = [];
  const dayAhead = serverMs + 86_400_000;
  const provider = assumeRoleCredentials({
    endpoint: "http://sts/",
    credentials: { accessKeyId: "a", accessKeySecret: "s" },
    roleArn: "acs:ram::1:role/r",
    sessionName: "s",
    now: () => dayAhead,
    fetch: (_, init) => {
      const sent = typeof init?.body === "string" ? init.body : "";
      asked.push(/Timestamp=([^&]*)/.exec(sent)?.[1] ?? "");
      return Promise.resolve(answers[asked.length - 1] ?? Response.error());
    },
  });
  expect(await provider()).toMatchObject({
    accessKeyId: "STS.a",
    expiresAt: new Date(dayAhead + 3_600_000),
  });
  expect(asked).toEqual(["2026-11-24T12%3A00%3A00Z", "2026-11-23T12%3A00%3A00Z"]);
});

test("an unknown member in a part of a document is refused before anything is sent", async () => {
  const { client, seen } = clientOf([ok()]);
  const retry = { maxAttempts: 3, delay: 1 } as unknown as { maxAttempts: number };
  await expect(client.putBucketDeliveryPolicy({ bucket: "b", retry })).rejects.toThrow(
    "this part of the document has no delay",
  );
  expect(seen).toEqual([]);
  // Callers may pass entries of a listing, which have more members than a deletion needs.
  const objects = [{ key: "a", size: 1 }];
  await client.deleteMultipleObjects({ bucket: "b", objects });
  expect(seen).toHaveLength(1);
});

test("a member that an operation does not have is refused before anything is sent", async () => {
  const { client, seen } = clientOf([ok()]);
  const wrong = { bucket: "b", policy: { onFailure: "hide" } } as unknown as { bucket: string };
  await expect(client.putBucketDeliveryPolicy(wrong)).rejects.toThrow(
    "PutBucketDeliveryPolicy has no policy",
  );
  expect(seen).toHaveLength(0);
});

test.each<unknown>([{ first: 0, last: 9 }, "0-9", "bytes=", "bytes=-", "bytes=0-9,20-29", ""])(
  "the range %j, which OSS would ignore, is refused before anything is sent",
  async (range) => {
    const { client, seen } = clientOf([ok()]);
    const input = { bucket: "bucket", key: "k", range: range as string };
    const why = "range must have a form such as bytes=";
    await expect(client.getObject(input)).rejects.toThrow(why);
    await expect(client.presignGetObject(input, { expiresSeconds: 60 })).rejects.toThrow(why);
    expect(seen).toHaveLength(0);
  },
);

test.each<[string, (client: Client) => Promise<unknown>, string]>([
  [
    "an upload",
    (client) => client.putObject({ bucket: "b", key: "k", body: "x", ...misspelt }),
    "PutObject has no contenttype",
  ],
  [
    "an append",
    (client) => client.appendObject({ bucket: "b", key: "k", position: 0, body: "x", ...misspelt }),
    "AppendObject has no contenttype",
  ],
  [
    "a part",
    (client) =>
      client.uploadPart({
        bucket: "b",
        key: "k",
        uploadId: "u",
        partNumber: 1,
        body: "x",
        ...misspelt,
      }),
    "UploadPart has no contenttype",
  ],
  [
    "an upload in parts",
    (client) =>
      client.multipartUpload({ bucket: "b", key: "k", body: new Blob(["x"]), ...misspelt }),
    "InitiateMultipartUpload has no contenttype",
  ],
  [
    "a download",
    (client) => client.getObject({ bucket: "b", key: "k", ...misspelt }),
    "GetObject has no contenttype",
  ],
  [
    "a presigned upload",
    (client) =>
      client.presignPutObject({ bucket: "bucket", key: "k", ...misspelt }, { expiresSeconds: 60 }),
    "PutObject has no contenttype",
  ],
  [
    "a presigned download",
    (client) =>
      client.presignGetObject({ bucket: "bucket", key: "k", ...misspelt }, { expiresSeconds: 60 }),
    "GetObject has no contenttype",
  ],
  [
    "a form",
    (client) => client.postForm({ bucket: "b", key: "k", expiresSeconds: 60, ...misspelt }),
    "a form has no contenttype",
  ],
  [
    "a callback",
    (client) =>
      client.putObject({
        bucket: "b",
        key: "k",
        body: "x",
        callback: { url: "http://a.com/", body: "b", ...misspelt },
      }),
    "a callback has no contenttype",
  ],
])("a misspelt member of %s is refused before anything is sent", async (_what, act, message) => {
  const { client, seen } = clientOf([ok()]);
  const refused = Promise.resolve().then(() => act(client));
  await expect(refused).rejects.toThrow(TypeError);
  await expect(refused).rejects.toThrow(message);
  expect(seen).toHaveLength(0);
});

test.each<[string, (client: Client) => Promise<unknown>, string]>([
  [
    "an empty key",
    (client) => client.deleteObject({ bucket: "b", key: "" }),
    "the key is missing or empty",
  ],
  [
    "no key",
    (client) => client.deleteObject({ ...nothing, bucket: "b" }),
    "the key is missing or empty",
  ],
  ["no bucket", (client) => client.listObjectsV2(nothing), "the bucket is missing or empty"],
  [
    "an empty bucket",
    (client) => client.putBucket({ bucket: "" }),
    "the bucket is missing or empty",
  ],
  [
    "no key for an upload",
    (client) => client.putObject({ ...nothing, bucket: "b", body: "x" }),
    "the key is missing or empty",
  ],
  [
    "no key for a download",
    (client) => client.getObject({ ...nothing, bucket: "b" }),
    "the key is missing or empty",
  ],
])("%s is refused: it would address another resource", async (_what, act, message) => {
  const { client, seen } = clientOf([ok()]);
  await expect(Promise.resolve().then(() => act(client))).rejects.toThrow(message);
  expect(seen).toHaveLength(0);
});

test.each<[object, string]>([
  [{ endpiont: "http://a.com" }, "a client has no endpiont"],
  [{ region: "r" }, "endpoint must be a string"],
  [{ endpoint: "http://a.com" }, "region must be a string"],
  [{ endpoint: "http://a.com", region: "r", timout: 5 }, "a client has no timout"],
  [
    { endpoint: "http://a.com", region: "r", credentials: { accessKeyID: "k" } },
    "an access key has no accessKeyID",
  ],
])("createClient refuses the options %o", (options, message) => {
  expect(() => createClient(options as ConnectionOptions)).toThrow(message);
});

test.each([undefined, null, 5, { a: 1 }, [1]])("the body %o is refused", async (body) => {
  const { client, seen } = clientOf([ok()]);
  const request = { bucket: "b", key: "k", body: body as unknown as string };
  const refused = Promise.resolve().then(() => client.putObject(request));
  await expect(refused).rejects.toThrow("the body is neither text, bytes, a Blob nor a stream");
  expect(seen).toHaveLength(0);
});

describe("the answer to an upload that was sent without the client", () => {
  test("has no callback where a form without one asked for status 201", async () => {
    const document = "<PostResponse><Bucket>b</Bucket><Key>k</Key></PostResponse>";
    const answer = new Response(document, { status: 201, headers: put });
    const stored = await readUploadAnswer(answer);
    expect(stored).toMatchObject({ etag: "E" });
    expect(stored).not.toHaveProperty("callback");
  });

  test("is read as the client reads its own", async () => {
    const stored = await readUploadAnswer(ok('{"saved":true}'));
    expect(stored).toMatchObject({ etag: "E", hashCrc64: "1", requestId: "R" });
    expect(stored.callback?.json()).toEqual({ saved: true });
    expect(await readUploadAnswer(ok())).not.toHaveProperty("callback");
  });

  test("is turned into an error when the callback failed or the store refused", async () => {
    const failed = new Response(
      "<Error><Code>CallbackFailed</Code><Message>Error status : 502.</Message></Error>",
      { status: 203, headers: put },
    );
    expect(failed.ok).toBe(true); // so `ok` alone does not show the failure
    await expect(readUploadAnswer(failed)).rejects.toMatchObject({
      name: "CallbackFailedError",
      stored: true,
      etag: "E",
      message: "Error status : 502.",
    });
    await expect(readUploadAnswer(error(403, "AccessDenied"))).rejects.toMatchObject({
      name: "OssError",
      code: "AccessDenied",
    });
  });
});
