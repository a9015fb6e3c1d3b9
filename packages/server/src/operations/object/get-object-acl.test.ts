// GetObjectACL: `default` until the object has its own.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

test("returns the object's own ACL, or `default` without one", async () => {
  await put("/k", "x");
  expect((await get("/k?acl")).body).toContain("<Grant>default</Grant>");
  await put("/k?acl", "", { "x-oss-object-acl": "public-read" });
  expect((await get("/k?acl")).body).toContain("<Grant>public-read</Grant>");
  expect((await get("/none?acl")).code).toBe("NoSuchKey");
});
