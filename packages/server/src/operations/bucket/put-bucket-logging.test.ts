// PutBucketLogging: what is stored and refused, and the log that is written.
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { LoggedRequest } from "../../logging/log-line.ts";
import { lookUp } from "../../objects/buckets/look-up.ts";
import { headRecords } from "../../objects/records/key-space.ts";
import { modelBucket } from "../../testing/model-bucket.ts";

const { ask, get, pipeline, put, remove, stranger } = modelBucket();

const enable = (content: string) =>
  put(
    "?logging",
    `<BucketLoggingStatus><LoggingEnabled>${content}</LoggingEnabled></BucketLoggingStatus>`,
  );
const target = (name: string, prefix = "logs/"): string =>
  `<TargetBucket>${name}</TargetBucket><TargetPrefix>${prefix}</TargetPrefix>`;

/** The lines of the log, after it was written. */
async function lines(bucket = "bucket"): Promise<readonly string[]> {
  await pipeline().services.accessLog.write();
  const { body } = await ask({ method: "GET", path: `/${bucket}?prefix=logs%2F` });
  const keys = [...body.matchAll(/<Key>([^<]+)</g)].map(([, key]) => key);
  const texts = await Promise.all(
    keys.map(async (key) => (await ask({ method: "GET", path: `/${bucket}/${key}` })).body),
  );
  return texts
    .join("")
    .split("\n")
    .filter((line) => line !== "");
}

test("writes a line of 28 fields for each request of the bucket", async () => {
  await enable(target("bucket"));
  await put("/a%20b.txt", "hello");
  await get("/a%20b.txt", { referer: "http://r/", "user-agent": 'curl/"8"' });
  await stranger("GET", "/a%20b.txt?Signature=c2VjcmV0&OSSAccessKeyId=ak&Expires=1");
  const [written, read, refused] = await lines();
  expect(written).toMatch(/ "PUT \/bucket\/a%20b.txt HTTP\/1.1" 200 0 \d+ "-" "-" /);
  expect(read).toBe(
    '192.0.2.1 - - [22/Nov/2026:12:00:00 +0000] "GET /bucket/a%20b.txt HTTP/1.1" 200 5 0 ' +
      `"http://r/" "curl/%228%22" "127.0.0.1:9650" ${/"[0-9A-F]{24}"/.exec(read ?? "")?.[0]} ` +
      '"true" "1234567890123456" "GetObject" "bucket" "a%20b.txt" 5 0 "-" 0 ' +
      '"1234567890123456" - "-" "-" "-" "-" "ak"',
  );
  // A request that a wrong signature ends reaches no bucket.
  expect(refused).toBeUndefined();
});

test("hides signatures and tokens, and names the error", async () => {
  await enable(target("bucket"));
  await stranger("GET", "/missing?security-token=t0ken&x=1");
  const text = (await lines()).join("\n");
  expect(text).toContain("/bucket/missing?security-token=***&x=1");
  expect(text).not.toContain("t0ken");
  expect(text).toContain('"AccessDenied"');
});

test("hides a signature behind a second question mark, and in the referer", async () => {
  await enable(target("bucket"));
  const referer = "https://bucket.example/k?Expires=1&Signature=s1gn&x=?";
  await stranger("GET", "/missing?x=a?b&security-token=t0ken", { referer });
  const text = (await lines()).join("\n");
  expect(text).toContain("/bucket/missing?x=a?b&security-token=*** HTTP/1.1");
  expect(text).toContain('"https://bucket.example/k?Expires=1&Signature=***&x=?"');
});

test("drops lines without room in memory, and goes on when the others are written", async () => {
  await enable(target("bucket"));
  const { accessLog, metadata } = pipeline().services;
  const { bucket } = await lookUp(pipeline().services, "bucket");
  if (bucket === undefined) throw new Error("there is no bucket");
  const note = (agent: string): void =>
    accessLog.note(bucket, requestOf(agent), {
      status: 200,
      sentBytes: 0,
      tookMs: 0,
      errorCode: undefined,
    });
  // 20 MiB, of which 16 have room.
  for (let at = 0; at < 20; at += 1) note(String(at % 10).repeat(1_048_000));
  const keysOf = async (): Promise<number> => {
    await accessLog.write();
    const { rows } = await metadata.scan({ ...headRecords.range(bucket.id), limit: 100 });
    return rows.length;
  };
  const before = await keysOf();
  expect(before).toBe(4);
  note("small");
  expect(await keysOf()).toBe(before + 1);
});

const requestOf = (agent: string): LoggedRequest => ({
  message: {
    method: "GET",
    target: "/bucket/k",
    headers: { "user-agent": agent },
    body: { lengthBytes: 0, chunks: Readable.from([]) },
    clientIp: "192.0.2.1",
  },
  requestId: "0".repeat(24),
  operation: "GetObject",
  bucket: "bucket",
  owner: "1",
  key: "k",
  sizeBytes: 0,
  sender: { kind: "anonymous" },
  receivedMs: 0,
  serverMs: 0,
});

test("writes into another bucket, and stops when it is turned off", async () => {
  await ask({ method: "PUT", path: "/logs-here" });
  await enable(target("logs-here"));
  await put("/one", "x");
  expect((await lines("logs-here")).some((line) => line.includes('"one"'))).toBe(true);
  await put("?logging", "<BucketLoggingStatus/>");
  expect((await get("?logging")).body).not.toContain("LoggingEnabled");
  const before = (await lines("logs-here")).length;
  await put("/two", "x");
  expect(await lines("logs-here")).toHaveLength(before);
});

test("drops the lines of a target that is gone, and goes on", async () => {
  await ask({ method: "PUT", path: "/logs-here" });
  await enable(target("logs-here"));
  await ask({ method: "DELETE", path: "/logs-here" });
  expect((await put("/one", "x")).status).toBe(200);
  await pipeline().services.accessLog.write();
  await ask({ method: "PUT", path: "/logs-here" });
  expect((await put("/two", "x")).status).toBe(200);
  expect((await lines("logs-here")).map((line) => line.includes('"two"'))).toContain(true);
});

test.each([
  ["no target", "<TargetPrefix>a</TargetPrefix>", "MalformedXML"],
  ["a target that names no bucket", target("X"), "InvalidArgument"],
  ["a prefix with a slash in front", target("bucket", "/logs"), "InvalidArgument"],
  ["a prefix that is too long", target("bucket", "a".repeat(257)), "InvalidArgument"],
  ["a target that does not exist", target("missing"), "InvalidTargetBucketForLogging"],
])("refuses %s, and keeps the old target", async (_what, content, code) => {
  await enable(target("bucket"));
  expect(await enable(content)).toMatchObject({ status: 400, code });
  expect((await get("?logging")).body).toContain("<TargetPrefix>logs/</TargetPrefix>");
  await remove("?logging");
});
