// PutBucketAcl: sets what anonymous requests may do.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { ask, stranger, get, put } = modelBucket();

test.each(["private", "public-read", "public-read-write"])("sets %s", async (acl) => {
  expect((await put("?acl", "", { "x-oss-acl": acl })).status).toBe(200);
  expect((await get("?acl")).body).toContain(`<Grant>${acl}</Grant>`);
});

test("a new ACL holds for the next request", async () => {
  await put("/k", "x");
  expect(await stranger("GET", "/k")).toMatchObject({ status: 403, code: "AccessDenied" });
  await put("?acl", "", { "x-oss-acl": "public-read" });
  expect((await stranger("GET", "/k")).body).toBe("x");
  expect((await stranger("DELETE", "/k")).status).toBe(403);
  await put("?acl", "", { "x-oss-acl": "public-read-write" });
  expect((await stranger("DELETE", "/k")).status).toBe(204);
  expect((await stranger("DELETE", "")).status).toBe(403);
});

test("without the header changes nothing", async () => {
  await put("?acl", "", { "x-oss-acl": "public-read" });
  expect((await put("?acl")).status).toBe(200);
  expect((await get("?acl")).body).toContain("<Grant>public-read</Grant>");
});

test("refuses an unknown ACL", async () => {
  expect(await put("?acl", "", { "x-oss-acl": "open" })).toMatchObject({
    status: 400,
    code: "InvalidArgument",
  });
});

test("creates a missing bucket for the owner", async () => {
  const request = { method: "PUT", path: "/other?acl", headers: { "x-oss-acl": "public-read" } };
  expect(await ask({ ...request, anonymous: true })).toMatchObject({ status: 403 });
  expect(await ask({ ...request, headers: {} })).toMatchObject({
    status: 404,
    code: "NoSuchBucket",
  });
  expect(await ask({ ...request, path: "/No?acl" })).toMatchObject({ code: "InvalidBucketName" });
  expect((await ask(request)).status).toBe(200);
  expect((await ask({ method: "GET", path: "/other?acl" })).body).toContain("<Grant>public-read<");
});
