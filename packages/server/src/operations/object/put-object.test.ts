// PutObject: what it stores, and which uploads it refuses before or after it reads their bytes.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { type Headers, modelBucket } from "../../testing/model-bucket.ts";

const { ask, get, head, put, pipeline } = modelBucket();

const kinds = (): string[] =>
  pipeline()
    .metadata.entries()
    .map(({ key }) => String.fromCharCode(key[0] ?? 0));

test.each([0, 1, 64, 65, 1_000])("stores %i bytes, as a payload or as a blob", async (size) => {
  const body = "x".repeat(size);
  const stored = await put("/k", body);
  const md5 = createHash("md5").update(body).digest();
  expect(stored.headers).toMatchObject({
    etag: `"${md5.toString("hex").toUpperCase()}"`,
    "content-md5": md5.toString("base64"),
  });
  expect(stored.headers).not.toHaveProperty("x-oss-version-id");
  expect((await get("/k")).body).toBe(body);
});

test("requires a Content-Length or a chunked body", async () => {
  const body = "y".repeat(300);
  await ask({ method: "PUT", path: "/bucket/k", body, chunked: true });
  expect((await get("/k")).body).toBe(body);
  const bare = { method: "PUT", path: "/bucket/k2", claimedBytes: "none" } as const;
  expect(await ask(bare)).toMatchObject({ status: 411, code: "MissingContentLength" });
});

test("stores headers and metadata byte for byte", async () => {
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-cache",
    "content-disposition": "attachment; filename=\xe4\xb8\xad",
    "content-encoding": "utf-8",
    "content-language": "de",
    expires: "2015-10-01 00:00:00",
    "x-oss-meta-name": "\xc3\xa9",
    "x-oss-storage-class": "IA",
  };
  await put("/k", "x", headers);
  expect((await head("/k")).headers).toMatchObject(headers);
});

test.each<[string, Headers]>([
  ["metadata beyond 8 KB", { "x-oss-meta-a": "a".repeat(8_192) }],
  ["a header beyond 2 KB", { "cache-control": "a".repeat(2_049) }],
  [
    "headers and metadata that are too long together",
    {
      "x-oss-meta-a": '"'.repeat(8_000),
      "cache-control": '"'.repeat(2_048),
      "content-disposition": '"'.repeat(2_048),
      expires: '"'.repeat(2_048),
    },
  ],
  ["an unknown storage class", { "x-oss-storage-class": "Cold" }],
  ["an unknown ACL", { "x-oss-object-acl": "open" }],
  ["two tags with one name", { "x-oss-tagging": "a=1&a=2" }],
  ["a traffic limit that is too slow", { "x-oss-traffic-limit": "819199" }],
  ["a traffic limit that is too fast", { "x-oss-traffic-limit": "838860801" }],
  ["a traffic limit that is not a number", { "x-oss-traffic-limit": "fast" }],
])("refuses %s", async (_what, headers) => {
  expect(await put("/k", "x", headers)).toMatchObject({ status: 400, code: "InvalidArgument" });
  expect((await get("/k")).status).toBe(404);
});

test.each([
  ["DES", {}, "InvalidEncryptionAlgorithmError", "0005-00000003"],
  ["KMS", { "x-oss-server-side-encryption-key-id": "" }, "InvalidArgument", "0005-00000205"],
  ["KMS", { "x-oss-server-side-encryption-key-id": "no" }, "KeyNotFound", "0005-00000208"],
  [
    "KMS",
    { "x-oss-server-side-data-encryption": "DES" },
    "InvalidDataEncryptionAlgorithmError",
    "0005-00000203",
  ],
])("refuses the encryption %s with %o", async (algorithm, more, code, ec) => {
  const asked = { "x-oss-server-side-encryption": algorithm, ...more };
  expect(await put("/k", "x", asked)).toMatchObject({ code, ec });
  expect((await get("/k")).status).toBe(404);
});

test("a data encryption without an algorithm is ignored", async () => {
  await put("/k", "x", { "x-oss-server-side-data-encryption": "SM4" });
  const { headers, body } = await get("/k");
  expect(body).toBe("x");
  expect(Object.keys(headers).filter((name) => name.includes("encryption"))).toEqual([]);
});

test.each([
  ["//a", "0016-00000005"],
  [`/${"a".repeat(1_024)}`, "0016-00000003"],
])("refuses the key %s", async (path, ec) => {
  expect(await put(path, "x")).toMatchObject({ status: 400, code: "InvalidObjectName", ec });
});

test("refuses a body that does not match its digests, and stores nothing", async () => {
  const wrong = createHash("md5").update("other").digest("base64");
  expect(await put("/k", "x", { "content-md5": wrong })).toMatchObject({
    status: 400,
    code: "InvalidDigest",
    ec: "0017-00000503",
  });
  expect(await put("/k", "x", { "content-md5": "***" })).toMatchObject({
    code: "InvalidDigest",
    ec: "0017-00000502",
  });
  expect(await put("/k", "x".repeat(300), { "x-oss-hash-crc64ecma": "1" })).toMatchObject({
    code: "InvalidCRC64",
  });
  expect((await get("/k")).status).toBe(404);
  expect(kinds().filter((kind) => "orizlq".includes(kind))).toEqual([]);
});

test("with forbid-overwrite leaves an existing object unchanged", async () => {
  const headers = { "x-oss-forbid-overwrite": "true" };
  expect((await put("/k", "1", headers)).status).toBe(200);
  expect(await put("/k", "2", headers)).toMatchObject({
    status: 409,
    code: "FileAlreadyExists",
    ec: "0026-00000002",
  });
  expect(await put("/k", "2", { "x-oss-forbid-overwrite": "yes" })).toMatchObject({
    code: "InvalidArgument",
    ec: "0017-00000279",
  });
  expect((await get("/k")).body).toBe("1");
});

test("over an object in a blob marks only that blob as garbage", async () => {
  await put("/k", "x".repeat(300));
  await put("/k", "small");
  expect(kinds().filter((kind) => kind === "z")).toHaveLength(1);
  expect(kinds().filter((kind) => kind === "r" || kind === "i")).toEqual([]);
});

test("reads the body no faster than the traffic limit", async () => {
  const startedMs = performance.now();
  const slow = { "x-oss-traffic-limit": "819200" };
  expect((await put("/k", "x".repeat(20_480), slow)).status).toBe(200);
  // 200 ms at 100 KiB a second; timers may round.
  expect(performance.now() - startedMs).toBeGreaterThan(150);
});

test("stored headers without a value count as absent", async () => {
  const names = ["cache-control", "content-disposition", "content-encoding", "expires"];
  const empty = Object.fromEntries([...names, "content-type"].map((name) => [name, ""]));
  expect((await put("/empty", "x", empty)).status).toBe(200);
  const { headers } = await get("/empty");
  for (const name of names) expect(headers).not.toHaveProperty(name);
  expect(headers["content-type"]).toBe("application/octet-stream");
});

test.each([
  [
    Array.from({ length: 11 }, (_, at) => `k${at}=v`).join("&"),
    "BadRequest",
    "Object tags cannot be greater than 10",
  ],
  ["a=b%21", "InvalidTag", undefined],
  ["a%2Ab=c", "InvalidTag", undefined],
  ["a=b&a=c", "InvalidArgument", undefined],
])("refuses x-oss-tagging %s with %s", async (tagging, code, message) => {
  const answer = await put("/tagged", "x", { "x-oss-tagging": tagging });
  expect(answer).toMatchObject({ status: 400, code });
  if (message !== undefined) expect(answer.body).toContain(`<Message>${message}</Message>`);
  expect((await get("/tagged")).code).toBe("NoSuchKey");
});
