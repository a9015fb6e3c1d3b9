// InitiateMultipartUpload: stores the headers of the future object.
import { expect, test } from "vitest";
import { type Headers, modelBucket } from "../../testing/model-bucket.ts";

const { get, head, put, post, begin } = modelBucket();

test("returns an id, and stores the headers for the object", async () => {
  const said = {
    "content-type": "text/plain",
    "x-oss-meta-a": "1",
    "x-oss-tagging": "t=v",
    "x-oss-storage-class": "IA",
    "x-oss-callback": "tolerated here",
  };
  const upload = await begin("k", said);
  expect(upload).toMatch(/^[0-9A-F]{32}$/);
  await put(`/k?partNumber=1&uploadId=${upload}`, "x");
  await post(`/k?uploadId=${upload}`, "", { "x-oss-complete-all": "yes" });
  expect((await head("/k")).headers).toMatchObject({
    "content-type": "text/plain",
    "x-oss-meta-a": "1",
    "x-oss-tagging-count": "1",
    "x-oss-storage-class": "IA",
    "x-oss-object-type": "Multipart",
  });
});

test("begins several uploads of one key", async () => {
  expect(await begin("k")).not.toBe(await begin("k"));
  expect((await get("?uploads")).body.match(/<UploadId>/g)).toHaveLength(2);
});

test.each([
  [{ "x-oss-storage-class": "Warm" }, "InvalidArgument"],
  [{ "x-oss-tagging": "a=1&a=2" }, "InvalidArgument"],
  [{ "x-oss-meta-a": "a".repeat(8_192) }, "InvalidArgument"],
])("refuses %j", async (headers: Headers, code) => {
  expect(await post("/k?uploads", "", headers)).toMatchObject({ status: 400, code });
  expect((await get("?uploads")).body).not.toContain("<UploadId>");
});

test("refuses an existing key with forbid-overwrite", async () => {
  await put("/k", "x");
  const forbidding = { "x-oss-forbid-overwrite": "true" };
  expect(await post("/k?uploads", "", forbidding)).toMatchObject({
    status: 409,
    code: "FileAlreadyExists",
  });
});
