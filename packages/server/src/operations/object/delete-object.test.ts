// DeleteObject: removes the current version or a version by its id, or adds a delete marker.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, remove, keepVersions } = modelBucket();

test("removes the object, and succeeds when there is none", async () => {
  await put("/k", "x");
  for (const times of [1, 2]) {
    expect((await remove("/k")).status, String(times)).toBe(204);
    expect((await get("/k")).code).toBe("NoSuchKey");
  }
});

test("in a versioned bucket adds a delete marker, which can be removed", async () => {
  await keepVersions();
  const { headers: stored } = await put("/k", "x");
  const { headers } = await remove("/k");
  expect(headers).toMatchObject({ "x-oss-delete-marker": "true" });
  expect((await get("/k")).code).toBe("NoSuchKey");
  expect((await get(`/k?versionId=${stored["x-oss-version-id"]}`)).body).toBe("x");
  const gone = await remove(`/k?versionId=${headers["x-oss-version-id"]}`);
  expect(gone.headers).toMatchObject({
    "x-oss-delete-marker": "true",
    "x-oss-version-id": headers["x-oss-version-id"],
  });
  expect((await get("/k")).body).toBe("x");
});

test("removes a version by its id, and the previous one becomes current", async () => {
  await keepVersions();
  await put("/k", "old");
  const id = (await put("/k", "new")).headers["x-oss-version-id"];
  for (const times of [1, 2]) {
    const gone = await remove(`/k?versionId=${id}`);
    expect(gone.status, String(times)).toBe(204);
    expect((await get("/k")).body).toBe("old");
  }
});

test.each(["versionId=", "versionId=x"])("refuses %s", async (query) => {
  await put("/k", "x");
  expect(await remove(`/k?${query}`)).toMatchObject({ status: 400, code: "InvalidArgument" });
  expect((await get("/k")).body).toBe("x");
});
