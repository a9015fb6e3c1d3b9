// CopyObject: metadata kept or replaced, bytes shared, conditions on the source.
import { expect, test } from "vitest";
import { type Headers, modelBucket } from "../../testing/model-bucket.ts";

const { get, head, put, post, remove, keepVersions, stranger } = modelBucket();

const copy = (key: string, headers: Headers = {}) =>
  put(key, "", { "x-oss-copy-source": "/bucket/k", ...headers });

test("keeps or replaces metadata, and shares the bytes until both are gone", async () => {
  await put("/k", "x".repeat(300), { "x-oss-meta-a": "1", "content-type": "text/plain" });
  expect((await copy("/kept")).body).toContain("<CopyObjectResult><ETag>");
  await copy("/replaced", { "x-oss-metadata-directive": "replace", "x-oss-meta-b": "2" });
  expect((await head("/kept")).headers).toMatchObject({
    "x-oss-meta-a": "1",
    "content-type": "text/plain",
  });
  const { headers } = await head("/replaced");
  expect(headers).toMatchObject({ "x-oss-meta-b": "2", "content-type": "text/plain" });
  expect(headers).not.toHaveProperty("x-oss-meta-a");
  await remove("/k");
  expect((await get("/kept")).body).toBe("x".repeat(300));
});

test("onto itself replaces the metadata, whatever the directive says", async () => {
  await put("/k", "x".repeat(300), { "x-oss-meta-a": "1" });
  await copy("/k", { "x-oss-meta-b": "2" });
  const { headers, body } = await get("/k");
  expect(headers).toMatchObject({ "x-oss-meta-b": "2" });
  expect(headers).not.toHaveProperty("x-oss-meta-a");
  expect(body).toBe("x".repeat(300));
});

test.each(["/replaced", "/k"])("to %s keeps the metadata of client encryption", async (key) => {
  const meta = "x-oss-meta-client-side-encryption";
  await put("/k", "sealed", {
    [`${meta}-key`]: "k1",
    [`${meta}-start`]: "s1",
    "x-oss-meta-a": "1",
  });
  await copy(key, { "x-oss-metadata-directive": "REPLACE", "x-oss-meta-b": "2" });
  const { headers } = await head(key);
  expect(headers).toMatchObject({ [`${meta}-key`]: "k1", [`${meta}-start`]: "s1" });
  expect(headers).not.toHaveProperty("x-oss-meta-a");
  await copy("/other", { "x-oss-metadata-directive": "REPLACE", [`${meta}-key`]: "k2" });
  const other = (await head("/other")).headers;
  expect(other[`${meta}-key`]).toBe("k2");
  expect(other).not.toHaveProperty(`${meta}-start`);
});

test("an empty ACL header counts as absent: onto itself the ACL stays", async () => {
  await put("/k", "x", { "x-oss-object-acl": "public-read" });
  await copy("/k", { "x-oss-metadata-directive": "REPLACE", "x-oss-object-acl": "" });
  expect((await get("/k?acl")).body).toContain("<Grant>public-read</Grant>");
  expect(await put("/k?acl", "", { "x-oss-object-acl": "" })).toMatchObject({
    status: 400,
    code: "MissingArgument",
  });
});

test("of an old version onto its key restores its bytes and metadata", async () => {
  await keepVersions();
  const old = await put("/k", "1", { "x-oss-meta-a": "old", "cache-control": "no-cache" });
  await put("/k", "2");
  const id = old.headers["x-oss-version-id"] ?? "";
  const copied = await copy("/k", { "x-oss-copy-source": `/bucket/k?versionId=${id}` });
  expect(copied.headers["x-oss-copy-source-version-id"]).toBe(id);
  const back = await get("/k");
  expect(back.body).toBe("1");
  expect(back.headers).toMatchObject({ "x-oss-meta-a": "old", "cache-control": "no-cache" });
});

test("turns an appendable object into a normal one", async () => {
  await post("/k?append&position=0", "x".repeat(200));
  await copy("/copy");
  await post("/k?append&position=200", "tail");
  expect((await get("/copy")).body).toBe("x".repeat(200));
  expect((await head("/copy")).headers["x-oss-object-type"]).toBe("Normal");
});

test.each<[Headers, object]>([
  [{ "x-oss-copy-source": "bucket" }, { status: 400, code: "InvalidArgument" }],
  [{ "x-oss-copy-source": "/bucket/none" }, { status: 404, code: "NoSuchKey" }],
  [{ "x-oss-copy-source": "/nobucket/k" }, { status: 404, code: "NoSuchBucket" }],
  [{ "x-oss-copy-source-if-match": "other" }, { status: 412, code: "PreconditionFailed" }],
  [{ "x-oss-metadata-directive": "KEEP" }, { status: 400, code: "InvalidArgument" }],
  [{ "x-oss-forbid-overwrite": "true" }, { status: 409, code: "FileAlreadyExists" }],
])("with %j is refused", async (headers, expected) => {
  await put("/k", "x");
  await put("/taken", "y");
  expect(await copy("/taken", headers)).toMatchObject(expected);
  expect((await get("/taken")).body).toBe("y");
});

test.each(["/bucket/a+b", "/bucket/a%20b", "bucket/a+b"])(
  "reads a plus sign in %s as a space, because some SDKs encode it as a query value",
  async (source) => {
    await put("/a%20b", "x");
    expect((await put("/copy", "", { "x-oss-copy-source": source })).status).toBe(200);
    await put("/a%2Bb", "plus");
    await put("/plus", "", { "x-oss-copy-source": "/bucket/a%2Bb" });
    expect([(await get("/copy")).body, (await get("/plus")).body]).toEqual(["x", "plus"]);
  },
);

test("onto itself keeps the ACL unless the request names one", async () => {
  await put("/k", "x", { "x-oss-object-acl": "public-read" });
  const replace = { "x-oss-copy-source": "/bucket/k", "x-oss-metadata-directive": "REPLACE" };
  await put("/k", "", { ...replace, "x-oss-meta-a": "b" });
  const kept = await stranger("GET", "/k");
  expect([kept.status, kept.headers["x-oss-meta-a"]]).toEqual([200, "b"]);
  await put("/k", "", { ...replace, "x-oss-object-acl": "default" });
  expect((await stranger("GET", "/k")).status).toBe(403);
  await put("/other", "", { "x-oss-copy-source": "/bucket/k" });
  expect((await stranger("GET", "/other")).status).toBe(403);
});
