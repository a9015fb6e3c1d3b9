// GetObjectMeta: returns an object's basic facts.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, head, put, keepVersions } = modelBucket();

test("returns size, ETag, time and CRC, but no metadata", async () => {
  const stored = await put("/k", "hello", { "x-oss-meta-a": "1" });
  const { status, body, headers } = await head("/k?objectMeta");
  expect({ status, body }).toEqual({ status: 200, body: "" });
  expect(headers).toMatchObject({
    "content-length": "5",
    etag: stored.headers["etag"],
    "last-modified": "Sun, 22 Nov 2026 12:00:00 GMT",
    "x-oss-hash-crc64ecma": stored.headers["x-oss-hash-crc64ecma"],
  });
  expect(headers).not.toHaveProperty("x-oss-meta-a");
  expect((await head("/none?objectMeta")).code).toBe("NoSuchKey");
});

test("returns the facts of the named version", async () => {
  await keepVersions();
  const id = (await put("/k", "old")).headers["x-oss-version-id"];
  await put("/k", "newer");
  const { headers } = await head(`/k?objectMeta&versionId=${id}`);
  expect(headers).toMatchObject({ "content-length": "3", "x-oss-version-id": id });
});

test.each(["objectMeta", "objectMeta="])(
  "answers GET ?%s like HEAD, because Java SDKs up to 3.10 send it",
  async (query) => {
    await put("/k", "hello");
    const {
      date: _one,
      "x-oss-request-id": _two,
      ...expected
    } = (await head("/k?objectMeta")).headers;
    const { status, body, headers } = await get(`/k?${query}`);
    expect([status, body]).toEqual([200, ""]);
    expect(headers).toMatchObject(expected);
    expect(headers["content-length"]).toBe("5");
    expect((await get(`/none?${query}`)).code).toBe("NoSuchKey");
  },
);
