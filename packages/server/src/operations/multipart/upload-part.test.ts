// UploadPart: stores a part. The last upload of a part number counts.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, begin } = modelBucket();

const md5 = (text: string): string => createHash("md5").update(text).digest("hex").toUpperCase();

test("returns the part's own digests", async () => {
  const upload = await begin("k");
  const { headers } = await put(`/k?partNumber=1&uploadId=${upload}`, "part");
  expect(headers["etag"]).toBe(`"${md5("part")}"`);
  const whole = await put("/same", "part");
  expect(headers["x-oss-hash-crc64ecma"]).toBe(whole.headers["x-oss-hash-crc64ecma"]);
});

test("replaces a part of the same number", async () => {
  const upload = await begin("k");
  for (const body of ["old", "new"]) await put(`/k?partNumber=1&uploadId=${upload}`, body);
  const { body } = await get(`/k?uploadId=${upload}`);
  expect(body.match(/<Part>/g)).toHaveLength(1);
  expect(body).toContain(md5("new"));
});

test.each([
  ["partNumber=0", { status: 400, code: "InvalidArgument", ec: "0017-00000220" }],
  ["partNumber=10001", { status: 400, code: "InvalidArgument", ec: "0017-00000220" }],
  ["partNumber=x", { status: 400, code: "InvalidArgument", ec: "0017-00000220" }],
  ["a=b", { status: 400, code: "InvalidArgument", ec: "0017-00000219" }],
])("refuses %s", async (query, expected) => {
  const upload = await begin("k");
  expect(await put(`/k?${query}&uploadId=${upload}`, "x")).toMatchObject(expected);
});

test("refuses a missing upload, and a wrong digest", async () => {
  const none = "0".repeat(32);
  expect(await put(`/k?partNumber=1&uploadId=${none}`, "x")).toMatchObject({
    status: 404,
    code: "NoSuchUpload",
    ec: "0042-00000104",
  });
  const upload = await begin("k");
  const wrong = { "content-md5": createHash("md5").update("other").digest("base64") };
  expect(await put(`/k?partNumber=1&uploadId=${upload}`, "x", wrong)).toMatchObject({
    status: 400,
    code: "InvalidDigest",
  });
  expect((await get(`/k?uploadId=${upload}`)).body).not.toContain("<Part>");
});
