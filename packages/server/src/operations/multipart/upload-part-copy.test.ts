// UploadPartCopy: makes a part from the bytes of an object.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { sweepAll } from "../../testing/model-sweep.ts";
import { type Headers, modelBucket } from "../../testing/model-bucket.ts";

const { get, put, post, remove, keepVersions, begin, pipeline } = modelBucket();

const copy = (upload: string, headers: Headers) =>
  put(`/k?partNumber=1&uploadId=${upload}`, "", {
    "x-oss-copy-source": "/bucket/source",
    ...headers,
  });
const complete = (upload: string) =>
  post(`/k?uploadId=${upload}`, "", { "x-oss-complete-all": "yes" });

test.each([10, 200])("keeps the copied range of a deleted %i-byte source", async (size) => {
  const text = "0123456789".repeat(size / 10);
  await put("/source", text);
  const upload = await begin("k");
  const copied = await copy(upload, { "x-oss-copy-source-range": "bytes=5-8" });
  const md5 = createHash("md5").update("5678").digest("hex").toUpperCase();
  expect(copied.body).toContain(`<CopyPartResult><LastModified>`);
  expect(copied.headers).toMatchObject({ etag: `"${md5}"`, "content-range": `bytes 5-8/${size}` });
  await complete(upload);
  await remove("/source");
  await sweepAll(pipeline());
  expect((await get("/k")).body).toBe("5678");
});

test("copies the whole source without a range, from the named version", async () => {
  await keepVersions();
  const { headers } = await put("/source", "old");
  await put("/source", "new");
  const upload = await begin("k");
  const id = headers["x-oss-version-id"] ?? "";
  const copied = await copy(upload, { "x-oss-copy-source": `/bucket/source?versionId=${id}` });
  expect(copied.headers["x-oss-copy-source-version-id"]).toBe(id);
  await complete(upload);
  expect((await get("/k")).body).toBe("old");
});

test("refuses a missing upload, a missing source and a failed condition", async () => {
  const none = await copy("0".repeat(32), {});
  expect(none).toMatchObject({ status: 404, code: "NoSuchUpload", ec: "0042-00000311" });
  const upload = await begin("k");
  expect(await copy(upload, {})).toMatchObject({ status: 404, code: "NoSuchKey" });
  await put("/source", "x");
  expect(await copy(upload, { "x-oss-copy-source-if-match": "other" })).toMatchObject({
    status: 412,
    code: "PreconditionFailed",
  });
  expect((await get(`/k?uploadId=${upload}`)).body).not.toContain("<Part>");
});

test("of a source in many blobs copies the bytes", async () => {
  let text = "";
  for (let at = 0; at < 60; at += 1) {
    const piece = String(at % 10).repeat(100); // beyond the inline limit: a blob each
    await post(`/source?append&position=${text.length}`, piece);
    text += piece;
  }
  const upload = await begin("k");
  const range = { "x-oss-copy-source-range": "bytes=50-5949" };
  expect((await copy(upload, range)).status).toBe(200);
  await complete(upload);
  await remove("/source");
  await sweepAll(pipeline());
  expect((await get("/k")).body).toBe(text.slice(50, 5_950));
});
