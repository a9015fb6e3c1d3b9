// GetObject: bytes, ranges, conditions, and headers that the request replaces.
import { BlobMissingError } from "@ossicle/store";
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { stranger, get, put, remove, keepVersions, pipeline } = modelBucket();

test.each(["x".repeat(10), "x".repeat(1_000)])("returns the stored object", async (body) => {
  const stored = await put("/k", body);
  const got = await get("/k");
  expect(got.body).toBe(body);
  expect(got.headers).toMatchObject({
    "content-length": String(body.length),
    "content-type": "application/octet-stream",
    etag: stored.headers["etag"],
    "x-oss-object-type": "Normal",
    "x-oss-storage-class": "Standard",
    "x-oss-hash-crc64ecma": stored.headers["x-oss-hash-crc64ecma"],
  });
  expect(got.headers).not.toHaveProperty("x-oss-version-id");
});

test("a range gets 206 with the whole object's ETag and CRC", async () => {
  const stored = await put("/k", "0123456789".repeat(20));
  const { status, body, headers } = await get("/k", { range: "bytes=98-102" });
  expect({ status, body }).toEqual({ status: 206, body: "89012" });
  expect(headers).toMatchObject({
    "content-range": "bytes 98-102/200",
    "content-length": "5",
    etag: stored.headers["etag"],
    "x-oss-hash-crc64ecma": stored.headers["x-oss-hash-crc64ecma"],
  });
});

test("an unsatisfiable range gets the whole object, or 416 with standard behaviour", async () => {
  await put("/k", "0123456789");
  expect(await get("/k", { range: "bytes=10-" })).toMatchObject({
    status: 200,
    body: "0123456789",
  });
  const standard = { range: "bytes=10-", "x-oss-range-behavior": "standard" };
  expect(await get("/k", standard)).toMatchObject({ status: 416, code: "InvalidRange" });
});

test("a failed condition gets 412 or 304", async () => {
  const { headers } = await put("/k", "x");
  const etag = headers["etag"] ?? "";
  expect(await get("/k", { "if-none-match": etag })).toMatchObject({ status: 304, body: "" });
  expect(await get("/k", { "if-match": "other" })).toMatchObject({
    status: 412,
    code: "PreconditionFailed",
  });
  expect((await get("/k", { "if-match": etag })).status).toBe(200);
  const later = { "if-modified-since": "Sun, 22 Nov 2026 13:00:00 GMT" };
  expect((await get("/k", later)).status).toBe(304);
});

test("replaces response headers, but refuses line breaks and anonymous requests", async () => {
  await put("/k", "x", { "x-oss-object-acl": "public-read" });
  const named = await get("/k?response-content-disposition=a%3B%C3%A9");
  expect(named.headers["content-disposition"]).toBe("a;\xc3\xa9");
  const split = await get("/k?response-content-type=a%0d%0ab");
  expect(split).toMatchObject({ status: 400, code: "InvalidArgument" });
  for (const path of ["/k?response-content-type=text/html", "/k?%72esponse-expires=0"]) {
    expect(await stranger("GET", path)).toMatchObject({ status: 400, code: "InvalidRequest" });
  }
});

test.each(["versionId=", "versionId=CAEQ"])("refuses %s", async (query) => {
  await put("/k", "x");
  expect(await get(`/k?${query}`)).toMatchObject({ status: 400, code: "InvalidArgument" });
});

test("of a delete marker gets 404, or 405 by its version id", async () => {
  await keepVersions();
  await put("/k", "x");
  const marker = (await remove("/k")).headers["x-oss-version-id"];
  const hidden = await get("/k");
  expect(hidden).toMatchObject({ status: 404, code: "NoSuchKey" });
  expect(hidden.headers["x-oss-delete-marker"]).toBe("true");
  const named = await get(`/k?versionId=${marker}`);
  expect(named).toMatchObject({ status: 405, code: "MethodNotAllowed" });
  expect(named.body).toContain("<Method>GET</Method>");
  expect(named.headers["allow"]).toBe("DELETE");
});

test("reads the key again and checks access again when its blob was swept", async () => {
  await put("/k", "x".repeat(300), { "x-oss-object-acl": "public-read" });
  const { blobs } = pipeline().services;
  const read = blobs.read.bind(blobs);
  const displace = (acl: string): void => {
    Object.assign(blobs, {
      read: async () => {
        Object.assign(blobs, { read });
        await put("/k", "new", { "x-oss-object-acl": acl });
        throw new BlobMissingError("swept");
      },
    });
  };
  displace("public-read");
  expect(await stranger("GET", "/k")).toMatchObject({ status: 200, body: "new" });
  await put("/k", "x".repeat(300), { "x-oss-object-acl": "public-read" });
  displace("private");
  expect(await stranger("GET", "/k")).toMatchObject({ status: 403, code: "AccessDenied" });
});

test("sends no faster than the traffic limit", async () => {
  await put("/k", "x".repeat(20_480));
  const startedMs = performance.now();
  expect((await get("/k?x-oss-traffic-limit=819200")).status).toBe(200);
  // 200 ms at 100 KiB a second; timers may round.
  expect(performance.now() - startedMs).toBeGreaterThan(150);
});

test.each([
  ["bytes=1-2,", "el"],
  ["bytes=1-2,,", "el"],
  ["bytes=1-2, ", "el"],
  ["bytes=1-2,3-4", "hello"],
  [",bytes=1-2", "hello"],
])("the range %s gives %s", async (range, body) => {
  await put("/ranged", "hello");
  expect((await get("/ranged", { range })).body).toBe(body);
});
