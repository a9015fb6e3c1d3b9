// PutObjectLegalHold: a held version cannot be removed, even by a bypass.
import { expect, test } from "vitest";
import { objectWormDocument } from "../../testing/model-documents.ts";
import { modelBucket } from "../../testing/model-bucket.ts";

const { ask, get, head, keepVersions, put, remove } = modelBucket();

const hold = (status: string) =>
  put("/k?legalHold", `<LegalHold><Status>${status}</Status></LegalHold>`);

test("keeps a version until the hold is taken off", async () => {
  await keepVersions();
  await put("?objectWorm", objectWormDocument());
  const { headers } = await put("/k", "x");
  const version = `/k?versionId=${headers["x-oss-version-id"]}`;
  expect((await hold("ON")).headers["x-oss-version-id"]).toBe(headers["x-oss-version-id"]);
  expect((await head("/k")).headers["x-oss-object-worm-legal-hold"]).toBe("ON");
  const bypass = { "x-oss-bypass-governance-retention": "true" };
  for (const sent of [{}, bypass]) {
    const removal = { method: "DELETE", path: `/bucket${version}`, headers: sent };
    expect(await ask(removal)).toMatchObject({ status: 409, code: "FileImmutable" });
  }
  expect((await put("/k", "y")).status).toBe(200);
  expect((await get(version)).body).toBe("x");
  await put(`${version}&legalHold`, "<LegalHold><Status>OFF</Status></LegalHold>");
  expect((await remove(version)).status).toBe(204);
});

test("needs a bucket that retains single objects, and refuses another status", async () => {
  await put("/k", "x");
  expect(await hold("ON")).toMatchObject({ status: 400, code: "InvalidRequest" });
  await keepVersions();
  await put("?objectWorm", objectWormDocument());
  expect(await hold("MAYBE")).toMatchObject({ status: 400, code: "MalformedXML" });
  expect((await hold("OFF")).status).toBe(200);
});

test("refuses an appendable object", async () => {
  await keepVersions();
  await ask({ method: "POST", path: "/bucket/k?append&position=0", body: "x" });
  await put("?objectWorm", objectWormDocument());
  expect(await hold("ON")).toMatchObject({ status: 400, code: "OperationNotSupported" });
});
