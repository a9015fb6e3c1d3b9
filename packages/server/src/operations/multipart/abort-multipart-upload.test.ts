// AbortMultipartUpload: removes an upload with all its parts.
import { expect, test } from "vitest";
import { sweepAll } from "../../testing/model-sweep.ts";
import { modelBucket } from "../../testing/model-bucket.ts";

const { put, remove, begin, pipeline } = modelBucket();

test("removes the upload and its parts", async () => {
  const upload = await begin("k");
  await put(`/k?partNumber=1&uploadId=${upload}`, "part");
  expect((await remove(`/k?uploadId=${upload}`)).status).toBe(204);
  expect((await put(`/k?partNumber=1&uploadId=${upload}`, "late")).code).toBe("NoSuchUpload");
  await sweepAll(pipeline());
  for await (const _ of pipeline().services.blobs.scan()) throw new Error("a blob is left");
  expect((await remove("")).status).toBe(204);
});

test("of a missing upload is refused", async () => {
  const upload = await begin("k");
  await remove(`/k?uploadId=${upload}`);
  for (const id of [upload, "0".repeat(32), "none"]) {
    expect(await remove(`/k?uploadId=${id}`)).toMatchObject({
      status: 404,
      code: "NoSuchUpload",
      ec: "0042-00000002",
    });
  }
});
