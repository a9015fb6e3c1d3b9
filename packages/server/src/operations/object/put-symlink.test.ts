// PutSymlink: stores an object that names another key, which need not exist.
import { expect, test } from "vitest";
import { type Headers, modelBucket } from "../../testing/model-bucket.ts";

const { stranger, get, head, put } = modelBucket();

const link = (key: string, target: string, headers: Headers = {}) =>
  put(`/${key}?symlink`, "", { "x-oss-symlink-target": target, ...headers });

test("reads return the target's bytes with the link's own metadata", async () => {
  await put("/t%20%C3%A4", "hello", { "x-oss-meta-of": "target" });
  const own = { "x-oss-meta-of": "link", "content-type": "text/link" };
  expect((await link("l", "t%20%C3%A4", own)).headers["etag"]).toMatch(/^"[0-9A-F]{32}"$/);
  const got = await get("/l");
  expect(got.body).toBe("hello");
  expect(got.headers).toMatchObject({
    "x-oss-object-type": "Symlink",
    "x-oss-meta-of": "link",
    "content-length": "5",
  });
});

test("a link to a missing key, to a link or to itself cannot be read", async () => {
  await link("l", "none");
  expect(await get("/l")).toMatchObject({ status: 404, code: "SymlinkTargetNotExist" });
  await link("l2", "l");
  await link("self", "self");
  for (const key of ["/l2", "/self"]) {
    expect(await head(key)).toMatchObject({
      status: 400,
      code: "InvalidTargetType",
      ec: "0026-00000011",
    });
  }
});

test("a public link does not make a private target readable", async () => {
  await put("/secret", "x");
  await link("l", "secret", { "x-oss-object-acl": "public-read" });
  expect((await stranger("GET", "/l")).status).toBe(403);
});

test("is refused without a target, to an invalid key, and if it must not overwrite", async () => {
  expect(await put("/l?symlink")).toMatchObject({ status: 400, code: "InvalidArgument" });
  expect(await link("l", "%2Fa")).toMatchObject({ status: 400, code: "InvalidObjectName" });
  await put("/l", "x");
  const forbidding = { "x-oss-forbid-overwrite": "true" };
  expect(await link("l", "a", forbidding)).toMatchObject({
    status: 409,
    code: "FileAlreadyExists",
  });
  expect((await get("/l")).body).toBe("x");
});

test("reads a plus sign in the target as a space", async () => {
  await put("/a%20b", "x");
  await put("/link?symlink", "", { "x-oss-symlink-target": "a+b" });
  expect((await get("/link")).body).toBe("x");
});
