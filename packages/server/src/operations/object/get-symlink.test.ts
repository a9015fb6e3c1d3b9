// GetSymlink: what the link itself says.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

test("tells the target and the link's own headers", async () => {
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

test("of another object, or of nothing, is refused", async () => {
  await put("/k", "x");
  expect(await get("/k?symlink")).toMatchObject({ status: 400, code: "NotSymlink" });
  expect(await get("/none?symlink")).toMatchObject({ status: 404, code: "NoSuchKey" });
});
