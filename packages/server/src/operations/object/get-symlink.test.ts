// GetSymlink: returns the target and the headers of the link itself.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

test("returns the target and the link's own headers", async () => {
  await put("/l?symlink", "", {
    "x-oss-symlink-target": "t%20%C3%A4",
    "content-type": "text/link",
    "x-oss-meta-a": "1",
  });
  expect((await get("/l?symlink")).headers).toMatchObject({
    "content-type": "text/link",
    "x-oss-symlink-target": "t%20%C3%A4",
    "x-oss-meta-a": "1",
  });
});

test("of an object that is no symlink, or of a missing key, is refused", async () => {
  await put("/k", "x");
  expect(await get("/k?symlink")).toMatchObject({ status: 400, code: "NotSymlink" });
  expect(await get("/none?symlink")).toMatchObject({ status: 404, code: "NoSuchKey" });
});
