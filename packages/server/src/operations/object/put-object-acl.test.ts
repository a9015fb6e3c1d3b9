// PutObjectACL: an object's own ACL takes precedence over the bucket's.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { stranger, put, keepVersions } = modelBucket();

const set = (acl: string, query = "") => put(`/k?acl${query}`, "", { "x-oss-object-acl": acl });

test("takes effect at once, and `default` follows the bucket's ACL again", async () => {
  await put("/k", "x");
  expect((await set("public-read")).status).toBe(200);
  expect((await stranger("GET", "/k")).body).toBe("x");
  await set("default");
  expect((await stranger("GET", "/k")).status).toBe(403);
  await put("?acl", "", { "x-oss-acl": "public-read" });
  expect((await stranger("GET", "/k")).body).toBe("x");
  await set("private");
  expect((await stranger("GET", "/k")).status).toBe(403);
  expect((await stranger("PUT", "/k?acl", { "x-oss-object-acl": "public-read" })).status).toBe(403);
});

test("applies to one version only", async () => {
  await keepVersions();
  const id = (await put("/k", "one")).headers["x-oss-version-id"];
  await put("/k", "two");
  expect((await set("public-read", `&versionId=${id}`)).headers["x-oss-version-id"]).toBe(id);
  expect((await stranger("GET", `/k?versionId=${id}`)).body).toBe("one");
  expect((await stranger("GET", "/k")).status).toBe(403);
});

test("is refused if the ACL is unknown or missing, or the key does not exist", async () => {
  expect((await set("private")).code).toBe("NoSuchKey");
  await put("/k", "x");
  expect(await set("open")).toMatchObject({ status: 400, code: "InvalidArgument" });
  expect(await put("/k?acl")).toMatchObject({ status: 400, code: "MissingArgument" });
});
