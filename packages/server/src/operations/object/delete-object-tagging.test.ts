// DeleteObjectTagging: removes all tags.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, head, put, remove, keepVersions } = modelBucket();

test("removes the tags, and succeeds when there are none", async () => {
  await put("/k", "x", { "x-oss-tagging": "a=1" });
  for (const times of [1, 2]) {
    expect((await remove("/k?tagging")).status, String(times)).toBe(204);
    expect((await get("/k?tagging")).body).toContain("<TagSet></TagSet>");
    expect((await head("/k")).headers).not.toHaveProperty("x-oss-tagging-count");
  }
  expect((await remove("/none?tagging")).code).toBe("NoSuchKey");
});

test("leaves the tags of other versions", async () => {
  await keepVersions();
  const id = (await put("/k", "1", { "x-oss-tagging": "a=1" })).headers["x-oss-version-id"];
  await put("/k", "2", { "x-oss-tagging": "b=2" });
  expect((await remove(`/k?tagging&versionId=${id}`)).headers["x-oss-version-id"]).toBe(id);
  expect((await get("/k?tagging")).body).toContain("<Key>b</Key>");
  expect((await get(`/k?tagging&versionId=${id}`)).body).toContain("<TagSet></TagSet>");
});
