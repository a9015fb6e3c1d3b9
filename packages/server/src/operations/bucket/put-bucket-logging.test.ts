// PutBucketLogging: what is stored and refused, and the log that is written.
import { expect, test } from "vitest";
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
