// GetObjectRetention: the retention of a version, also after its end.
import { expect, test } from "vitest";
import { objectRetentionDocument, objectWormDocument } from "../../testing/model-documents.ts";
import { modelBucket } from "../../testing/model-bucket.ts";

const { pipeline, get, keepVersions, put, remove } = modelBucket();

test("returns the retention, and NoSuchObjectRetentionConfiguration without one", async () => {
  await keepVersions();
  await put("?objectWorm", objectWormDocument());
  const { headers } = await put("/k", "x");
  expect(await get("/k?retention")).toMatchObject({
    status: 404,
    code: "NoSuchObjectRetentionConfiguration",
    body: expect.stringContaining("<ObjectName>k</ObjectName>") as string,
  });
  const document = objectRetentionDocument("GOVERNANCE", "2026-11-23T12:00:00.000Z");
  await put("/k?retention", document);
  pipeline().clock.ms += 200_000_000;
  const answer = await get("/k?retention");
  expect(answer.body).toContain(document);
  expect(answer.headers["x-oss-version-id"]).toBe(headers["x-oss-version-id"]);
  await remove("/k");
  expect((await get("/k?retention")).code).toBe("NoSuchKey");
  const older = await get(`/k?retention&versionId=${headers["x-oss-version-id"]}`);
  expect(older.body).toContain(document);
});
