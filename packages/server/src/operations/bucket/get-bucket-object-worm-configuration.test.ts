// GetBucketObjectWormConfiguration: what was stored.
import { expect, test } from "vitest";
import { objectWormDocument } from "../../testing/model-documents.ts";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, keepVersions, put } = modelBucket();

test("returns the default, and NoSuchObjectWormConfiguration without one", async () => {
  expect(await get("?objectWorm")).toMatchObject({
    status: 404,
    code: "NoSuchObjectWormConfiguration",
  });
  await keepVersions();
  const document = objectWormDocument("<Mode>GOVERNANCE</Mode><Days>1</Days>");
  await put("?objectWorm", document);
  expect((await get("?objectWorm")).body).toContain(document);
  const bare = objectWormDocument();
  await put("?objectWorm", bare);
  expect((await get("?objectWorm")).body).toContain(bare);
});
