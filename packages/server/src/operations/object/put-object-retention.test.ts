// PutObjectRetention: a version that is retained cannot be removed, and which senders may bypass
// that.
import { createHmac } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { objectRetentionDocument, objectWormDocument } from "../../testing/model-documents.ts";
import { type Headers, modelBucket } from "../../testing/model-bucket.ts";
import { type ModelAnswer, modelCredentials } from "../../testing/model-pipeline.ts";

const { ask, pipeline, get, head, keepVersions, post, put, remove, stranger } = modelBucket();

const bypass = { "x-oss-bypass-governance-retention": "true" };
const tomorrow = "2026-11-23T12:00:00.000Z";
const nextWeek = "2026-11-29T12:00:00.000Z";
let version: string;

beforeEach(async () => {
  await keepVersions();
  await put("?objectWorm", objectWormDocument());
  const { headers } = await put("/k", "x");
  version = `/k?versionId=${headers["x-oss-version-id"]}`;
});

const retain = (mode: string, until: string, headers: Headers = {}): Promise<ModelAnswer> =>
  put("/k?retention", objectRetentionDocument(mode, until), headers);
const removeBypassing = (path: string): Promise<ModelAnswer> =>
  ask({ method: "DELETE", path: `/bucket${path}`, headers: bypass });
const immutable = { status: 409, code: "FileImmutable" };

test("no sender can remove a version in COMPLIANCE mode before its date", async () => {
  const answer = await retain("COMPLIANCE", tomorrow);
  expect([answer.status, answer.headers["x-oss-version-id"]]).toEqual([200, version.slice(13)]);
  expect(await remove(version)).toMatchObject(immutable);
  expect(await removeBypassing(version)).toMatchObject(immutable);
  expect(await retain("COMPLIANCE", "2026-11-22T13:00:00.000Z", bypass)).toMatchObject(immutable);
  expect(await retain("GOVERNANCE", nextWeek, bypass)).toMatchObject(immutable);
  expect((await retain("COMPLIANCE", nextWeek)).status).toBe(200);
  pipeline().clock.ms = Date.parse(tomorrow);
  expect(await remove(version)).toMatchObject(immutable);
  pipeline().clock.ms = Date.parse(nextWeek);
  expect((await remove(version)).status).toBe(204);
});

test("GOVERNANCE may be bypassed, and changes its mode only after its end", async () => {
  await retain("GOVERNANCE", nextWeek);
  expect(await remove(version)).toMatchObject(immutable);
  expect(await retain("GOVERNANCE", tomorrow)).toMatchObject(immutable);
  expect(await retain("COMPLIANCE", nextWeek, bypass)).toMatchObject(immutable);
  expect((await retain("GOVERNANCE", tomorrow, bypass)).status).toBe(200);
  pipeline().clock.ms = Date.parse(tomorrow);
  expect((await retain("COMPLIANCE", nextWeek)).status).toBe(200);
  expect(await removeBypassing(version)).toMatchObject(immutable);
});

test("a bypass removes a version in GOVERNANCE mode, one by one or in a list", async () => {
  await retain("GOVERNANCE", nextWeek);
  const { headers } = await put("/k", "y");
  await retain("GOVERNANCE", nextWeek);
  expect((await removeBypassing(version)).status).toBe(204);
  const id = headers["x-oss-version-id"];
  const list = `<Delete><Object><Key>k</Key><VersionId>${id}</VersionId></Object></Delete>`;
  expect(await post("?delete", list)).toMatchObject(immutable);
  expect((await get("/k")).body).toBe("y");
  expect((await post("?delete", list, bypass)).status).toBe(200);
  expect((await get("/k")).status).toBe(404);
});

test("a writer that an ACL lets in can neither retain nor bypass", async () => {
  await retain("GOVERNANCE", nextWeek);
  await put("?acl", "", { "x-oss-acl": "public-read-write" });
  expect((await stranger("DELETE", version, bypass)).status).toBe(403);
  expect((await stranger("DELETE", version)).status).toBe(409);
  const path = "/bucket/new";
  const anonymous = true;
  const headers = {
    "x-oss-object-worm-mode": "COMPLIANCE",
    "x-oss-object-worm-retain-until-date": nextWeek,
  };
  expect((await ask({ method: "PUT", path, body: "n", anonymous, headers })).status).toBe(403);
  expect((await ask({ method: "PUT", path, body: "n", anonymous })).status).toBe(200);
});

test("symlinks and forms bring their own retention too", async () => {
  const held = { "x-oss-object-worm-legal-hold": "ON" };
  const link = await put("/link?symlink", "", { "x-oss-symlink-target": "k", ...held });
  const version = `/link?versionId=${link.headers["x-oss-version-id"]}`;
  expect(await remove(version)).toMatchObject(immutable);
  const field = (name: string, value: string): string =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const policyText = { expiration: "2026-11-22T13:00:00.000Z", conditions: [["eq", "$key", "f"]] };
  const policy = Buffer.from(JSON.stringify(policyText)).toString("base64");
  const hmac = createHmac("sha1", modelCredentials.accessKeySecret).update(policy);
  const fields = {
    OSSAccessKeyId: modelCredentials.accessKeyId,
    policy,
    Signature: hmac.digest("base64"),
    key: "f",
    ...held,
    file: "x",
  };
  const body = Object.entries(fields).map(([name, value]) => field(name, value));
  const type = { "content-type": "multipart/form-data; boundary=b" };
  const form = { method: "POST", path: "/bucket", anonymous: true, headers: type };
  expect((await ask({ ...form, body: `${body.join("")}--b--\r\n` })).status).toBe(204);
  expect((await head("/f")).headers["x-oss-object-worm-legal-hold"]).toBe("ON");
});

test("uploads and copies bring their own retention", async () => {
  const headers = {
    "x-oss-object-worm-mode": "GOVERNANCE",
    "x-oss-object-worm-retain-until-date": "2026-11-23T12:00:00Z",
    "x-oss-object-worm-legal-hold": "ON",
  };
  const shown = { ...headers, "x-oss-object-worm-retain-until-date": tomorrow };
  await put("/own", "x", headers);
  expect((await head("/own")).headers).toMatchObject(shown);
  expect((await get("/own")).headers).toMatchObject(shown);
  await put("/copy", "", { "x-oss-copy-source": "/bucket/own" });
  expect((await head("/copy")).headers["x-oss-object-worm-mode"]).toBeUndefined();
  await put("/copy", "", { "x-oss-copy-source": "/bucket/own", ...headers });
  expect((await head("/copy")).headers).toMatchObject(shown);
});

test.each<[string, Headers, string]>([
  ["a mode alone", { "x-oss-object-worm-mode": "COMPLIANCE" }, "InvalidArgument"],
  ["a date alone", { "x-oss-object-worm-retain-until-date": tomorrow }, "InvalidArgument"],
  ["an unknown hold", { "x-oss-object-worm-legal-hold": "on" }, "InvalidArgument"],
  [
    "a past date",
    {
      "x-oss-object-worm-mode": "COMPLIANCE",
      "x-oss-object-worm-retain-until-date": "2026-11-22T12:00:00.000Z",
    },
    "InvalidArgument",
  ],
])("refuses an upload with %s", async (_what, headers, code) => {
  expect(await put("/new", "x", headers)).toMatchObject({ status: 400, code });
  expect((await head("/new")).status).toBe(404);
});

test.each([
  "2026-11-22T12:00:00.000Z",
  "2026-11-30",
  "tomorrow",
  "2026-13-01T00:00:00Z",
  "2027-02-31T00:00:00Z",
  "2126-11-23T00:00:00Z",
])("refuses the date %s", async (until) => {
  expect(await retain("COMPLIANCE", until)).toMatchObject({
    status: 400,
    code: "InvalidArgument",
  });
});

test("needs a bucket that retains single objects", async () => {
  await ask({ method: "PUT", path: "/plain" });
  await ask({ method: "PUT", path: "/plain/k", body: "x" });
  const body = objectRetentionDocument("COMPLIANCE", tomorrow);
  const path = "/plain/k?retention";
  expect(await ask({ method: "PUT", path, body })).toMatchObject({
    status: 400,
    code: "InvalidRequest",
  });
  const headers = { "x-oss-object-worm-legal-hold": "ON" };
  expect(await ask({ method: "PUT", path: "/plain/k", body: "x", headers })).toMatchObject({
    status: 400,
    code: "InvalidRequest",
  });
});
