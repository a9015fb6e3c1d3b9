// PutBucketObjectWormConfiguration: new versions get the default, and the bucket keeps versions.
import { expect, test } from "vitest";
import { objectWormDocument, retentionDocument } from "../../testing/model-documents.ts";
import { modelBucket } from "../../testing/model-bucket.ts";

const { pipeline, get, head, keepVersions, post, put, remove } = modelBucket();

const turnOn = (defaultRetention?: string) =>
  put("?objectWorm", objectWormDocument(defaultRetention));
const compliance = "<Mode>COMPLIANCE</Mode><Days>1</Days>";

test("retains new versions by default, and no earlier ones", async () => {
  await keepVersions();
  const { headers: before } = await put("/k", "old");
  expect((await turnOn(compliance)).status).toBe(200);
  const { headers } = await put("/k", "new");
  expect((await head("/k")).headers).toMatchObject({
    "x-oss-object-worm-mode": "COMPLIANCE",
    "x-oss-object-worm-retain-until-date": "2026-11-23T12:00:00.000Z",
  });
  expect((await remove(`/k?versionId=${before["x-oss-version-id"]}`)).status).toBe(204);
  const version = `/k?versionId=${headers["x-oss-version-id"]}`;
  expect(await remove(version)).toMatchObject({ status: 409, code: "FileImmutable" });
  expect((await remove("/k")).headers["x-oss-delete-marker"]).toBe("true");
  pipeline().clock.ms += 86_400_000;
  expect((await remove(version)).status).toBe(204);
});

test("counts years by the calendar, and multipart uploads from their completion", async () => {
  await keepVersions();
  await turnOn("<Mode>GOVERNANCE</Mode><Years>2</Years>");
  const { body } = await post("/k?uploads");
  const uploadId = /<UploadId>(\w+)</.exec(body)?.[1] ?? "";
  const { headers: part } = await put(`/k?uploadId=${uploadId}&partNumber=1`, "part");
  pipeline().clock.ms += 60_000;
  const one = `<Part><PartNumber>1</PartNumber><ETag>${part["etag"]}</ETag></Part>`;
  const all = `<CompleteMultipartUpload>${one}</CompleteMultipartUpload>`;
  await post(`/k?uploadId=${uploadId}`, all);
  expect((await head("/k")).headers).toMatchObject({
    "x-oss-object-worm-mode": "GOVERNANCE",
    "x-oss-object-worm-retain-until-date": "2028-11-22T12:01:00.000Z",
  });
});

test("is refused without versioning, and excludes a retention policy of the bucket", async () => {
  expect(await turnOn()).toMatchObject({ status: 400, code: "InvalidWORMConfiguration" });
  await keepVersions();
  await turnOn();
  expect(await post("?worm", retentionDocument(1))).toMatchObject({
    code: "InvalidWORMConfiguration",
  });
  const suspend = "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";
  expect(await put("?versioning", suspend)).toMatchObject({
    code: "InvalidWORMConfiguration",
    ec: "0012-00000006",
  });
});

test("a retention policy of the bucket excludes it", async () => {
  await keepVersions();
  await post("?worm", retentionDocument(1));
  expect(await turnOn()).toMatchObject({ status: 400, code: "InvalidWORMConfiguration" });
});

test("a new document replaces the default", async () => {
  await keepVersions();
  await turnOn(compliance);
  await turnOn();
  await put("/k", "x");
  expect((await head("/k")).headers["x-oss-object-worm-mode"]).toBeUndefined();
  expect((await get("?objectWorm")).status).toBe(200);
});

test("appends are refused", async () => {
  await keepVersions();
  await turnOn();
  expect(await post("/k?append&position=0", "x")).toMatchObject({
    status: 400,
    code: "OperationNotSupported",
  });
});

test.each([
  ["days and years", "<Mode>COMPLIANCE</Mode><Days>1</Days><Years>1</Years>"],
  ["neither", "<Mode>COMPLIANCE</Mode>"],
  ["no mode", "<Days>1</Days>"],
  ["nothing", ""],
  ["too many days", "<Mode>COMPLIANCE</Mode><Days>36501</Days>"],
  ["no days", "<Mode>COMPLIANCE</Mode><Days>0</Days>"],
  ["an unknown mode", "<Mode>SOFT</Mode><Days>1</Days>"],
])("refuses a rule with %s", async (_what, rule) => {
  await keepVersions();
  expect(await turnOn(rule)).toMatchObject({ status: 400, code: "MalformedXML" });
});
