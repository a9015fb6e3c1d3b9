// HeadObject: returns the headers of GetObject, without the bytes.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, head, put } = modelBucket();

test("returns the same headers as GetObject", async () => {
  await put("/k", "hello", { "x-oss-meta-a": "1", "x-oss-tagging": "t=v" });
  const { status, body, headers } = await head("/k");
  expect({ status, body }).toEqual({ status: 200, body: "" });
  const got = await get("/k");
  for (const name of [
    "etag",
    "content-length",
    "content-type",
    "last-modified",
    "x-oss-meta-a",
    "x-oss-hash-crc64ecma",
    "x-oss-tagging-count",
  ]) {
    expect(headers[name], name).toBe(got.headers[name]);
  }
});

test("reports errors in a header, without a body", async () => {
  const { headers } = await put("/k", "x");
  expect(await head("/none")).toMatchObject({
    status: 404,
    body: "",
    code: "NoSuchKey",
    ec: "0026-00000001",
  });
  expect((await head("/k", { "if-none-match": headers["etag"] ?? "" })).status).toBe(304);
  expect((await head("/k", { "if-match": "other" })).status).toBe(412);
  expect((await head("/k?versionId=x")).status).toBe(400);
});
