// PutBucketVersioning: enables or suspends versioning, but never turns it off again.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, head, put } = modelBucket();

const set = (status: string) =>
  put(
    "?versioning",
    `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
  );

test("keeps the existing object as the version null, and adds new versions", async () => {
  expect((await put("/k", "old")).headers).not.toHaveProperty("x-oss-version-id");
  await set("Enabled");
  expect((await head("/k")).headers["x-oss-version-id"]).toBe("null");
  expect((await put("/k", "new")).headers["x-oss-version-id"]).toMatch(/^[\w-]{64}$/);
  expect((await get("/k?versionId=null")).body).toBe("old");
});

test("suspended, writes the version null and keeps the others", async () => {
  await set("Enabled");
  const kept = (await put("/k", "kept")).headers["x-oss-version-id"];
  await set("Suspended");
  for (const body of ["1", "2"]) {
    expect((await put("/k", body)).headers["x-oss-version-id"]).toBe("null");
  }
  expect((await get("/k")).body).toBe("2");
  expect((await get(`/k?versionId=${kept}`)).body).toBe("kept");
  expect((await get("?versions")).body.match(/<Version>/g)).toHaveLength(2);
});

test.each(["Disabled", ""])("refuses the status '%s'", async (status) => {
  expect(await set(status)).toMatchObject({
    status: 400,
    code: "MalformedXML",
    ec: "0015-00000231",
  });
});
